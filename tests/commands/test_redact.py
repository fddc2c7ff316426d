"""`redact --check` as a person or a script runs it."""

import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app

SECRET = "hunter2-4d1f9b7c"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq1k0Zc\nq9s8d7f6g5h4j3k2l1\n-----END RSA PRIVATE KEY-----"


def run(*arguments: str | Path, code: int = 0, stdin: bytes | None = None) -> str:
    done = CliRunner().invoke(app, ["redact", *map(str, arguments)], input=stdin)
    assert done.exit_code == code, done.output
    assert SECRET not in done.output
    return done.output


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def places(*arguments: str | Path, code: int = 1, stdin: bytes | None = None) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(*arguments, "--json", code=code, stdin=stdin).splitlines()]


def test_a_line_of_json_is_told_with_line_column_rule_and_path(tmp_path: Path) -> None:
    file = write(tmp_path / "e.jsonl", '{"ok": 1}\n{"user": {"password": "' + SECRET + '"}, "n": 2}\n')
    (place,) = places("--check", file)
    text = file.read_text().splitlines()[1]
    start = int(str(place["column"])) - 1
    assert (place["file"], place["line"], place["path"]) == (str(file), 2, "user.password")
    assert text[start : start + int(str(place["length"]))].strip('"') == SECRET
    said = run("--check", file, code=1)
    assert f"{file}:2:" in said
    assert "user.password" in said
    assert said.splitlines()[-1].startswith("1 place would be masked in 1 file: ")


def test_a_file_without_secrets_passes(tmp_path: Path) -> None:
    file = write(tmp_path / "clean.jsonl", '{"message": "all is well", "n": 17}\n')
    assert run("--check", file) == "0 places would be masked in 1 file\n"
    assert places("--check", file, code=0) == []


def test_a_document_over_several_lines_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    document = write(tmp_path / "d.json", json.dumps({"a": 1, "password": [SECRET, "x"]}, indent=2))
    told = places("--check", document)
    assert {place["line"] for place in told} >= {4}
    assert all(str(place["path"]).startswith("password") for place in told)


def test_a_key_that_spans_the_lines_of_a_log(tmp_path: Path) -> None:
    log = write(tmp_path / "app.log", f"starting\nloaded {PEM}\ndone\n")
    told = places("--check", log)
    assert [place["line"] for place in told] == [2]
    assert int(str(told[0]["length"])) >= len("MIIEpAIBAAKCAQEA7bq1k0Zc\nq9s8d7f6g5h4j3k2l1")


def test_a_profile_masks_more(tmp_path: Path) -> None:
    file = write(tmp_path / "e.jsonl", '{"nickname": "robin-hood"}\n')
    assert places("--check", file, code=0) == []
    profile = write(tmp_path / "p.toml", '[keys]\nsecret = ["nickname"]\n')
    assert [place["path"] for place in places("--check", file, "--profile", profile)] == ["nickname"]


def test_a_profile_that_is_wrong_says_where(tmp_path: Path) -> None:
    file = write(tmp_path / "e.jsonl", "{}\n")
    profile = write(
        tmp_path / "p.toml", '[keys]\nsecret = ["a"]\n\n[[pattern]]\nname = "x"\nregex = "(a+)+"\nexample = "aa"\n'
    )
    said = run("--check", file, "--profile", profile, code=2)
    assert "p.toml: line 4" in said
    assert "No such file" in run("--check", file, "--profile", tmp_path / "none.toml", code=2)


def test_stdin_and_byte_order_marks(tmp_path: Path) -> None:
    line = ('{"password": "' + SECRET + '"}\n').encode()
    (place,) = places("--check", "-", stdin=line)
    assert (place["file"], place["line"]) == ("(stdin)", 1)
    marked = tmp_path / "m.jsonl"
    marked.write_bytes(b"\xef\xbb\xbf" + line)
    assert [one["path"] for one in places("--check", marked)] == ["password"]
    marked.write_bytes(line.decode().encode("utf-16"))
    assert [one["path"] for one in places("--check", marked)] == ["password"]


def test_files_that_cannot_be_looked_at_do_not_stop_the_others(tmp_path: Path) -> None:
    archive = tmp_path / "a.vcb"
    archive.write_bytes(b"PK\x03\x04rest")
    file = write(tmp_path / "e.jsonl", '{"password": "' + SECRET + '"}\n')
    said = run("--check", tmp_path / "none", "--check", archive, "--check", file, code=3)
    assert "No such file" in said
    assert "bundle verify" in said
    assert "e.jsonl:1:" in said


def test_hostile_text_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    file = write(tmp_path / "e.jsonl", json.dumps({"\x1b[2Jpassword": SECRET, "a": "\u202e"}, ensure_ascii=False) + "\n")
    assert "\x1b" not in run("--check", file, code=1)
    (tmp_path / "raw").write_bytes(b"\xff\x00\xfe" * 1_000)
    run("--check", tmp_path / "raw", code=0)


def test_the_rules_that_are_always_used_are_a_profile(tmp_path: Path) -> None:
    shown = run("--show-profile")
    assert "[[pattern]]" in shown
    profile = write(tmp_path / "all.toml", shown)
    assert run("--check", write(tmp_path / "e", "nothing\n"), "--profile", profile).startswith("0 places")


@pytest.mark.parametrize("arguments", [(), ("--check", "x", "--show-profile")])
def test_one_of_both_is_wanted(arguments: tuple[str, ...]) -> None:
    assert "either --check FILE or --show-profile" in run(*arguments, code=2)


def test_a_line_too_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.commands import redact

    monkeypatch.setattr(redact, "MOST_BYTES", 1_000)
    long = write(tmp_path / "l.jsonl", '{"a": 1}\n{"b": "' + "x" * 2_000 + '"}\n')
    assert "line 2 is longer" in run("--check", long, code=3)
    assert "is larger" in run("--check", write(tmp_path / "t.log", "x\n" * 2_000), code=3)
    assert list(redact._read(io.BytesIO(b""))) == [(1, "")]

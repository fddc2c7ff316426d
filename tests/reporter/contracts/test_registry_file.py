"""Registry files: what they hold, and errors that name file, place and problem."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.reporter.contracts import registry_file
from console.reporter.contracts.contract import ContractError
from console.reporter.contracts.registry_file import load_registry, registry_of

ONE = {"serviceName": "server", "endpoint": "/a", "contractVersion": "1"}
TWO = {**ONE, "contractVersion": "2", "expectedResponse": {"type": "object"}}
YAML = """\
contracts:
- serviceName: server
  endpoint: /a
  contractVersion: "1"
  title: on
  expectedResponse: {enum: [2026-11-24, yes, no, true, null]}
"""


def write(folder: Path, text: str | bytes, name: str = "contracts.json") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(("document", "n"), [(ONE, 1), ([], 0), ([ONE, TWO], 2), ({"contracts": [TWO, ONE]}, 2)])
def test_one_a_list_or_an_object_with_contracts(tmp_path: Path, document: Any, n: int) -> None:
    registry = load_registry(write(tmp_path, "\ufeff" + json.dumps(document)))
    assert len(registry) == n
    assert [one.version for one in registry.versions("server", "", "/a")] == ["2", "1"][-n:] * bool(n)


def test_yaml_is_read_as_json_would_be(tmp_path: Path) -> None:
    [contract] = load_registry(write(tmp_path, YAML, "contracts.yml")).contracts()
    assert contract.title == "on"
    assert contract.responses == {"2xx": {"enum": ["2026-11-24", "yes", "no", True, None]}}


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("[{]", "a.json", "a.json: line 1, column 3: "),
        ("", "a.json", "a.json: line 1, column 1: "),
        (b"\xff", "a.json", "a.json: is no UTF-8 text: byte 0"),
        ("a: [1\nb: 2", "a.yaml", "a.yaml: line 2, column 2: "),
        ("a: \x07", "a.yaml", "a.yaml: "),
        ("a: !!python/object:os.system {}", "a.yaml", "a.yaml: line 1, column 4: could not determine a constructor"),
        ("3", "a.json", "a.json: wants a list of contracts"),
        ('{"contracts": 3}', "a.json", "a.json: contracts: wants a list of contracts"),
        (json.dumps([ONE, 3]), "a.json", "a.json: [1]: a contract is an object"),
        (json.dumps({"contracts": [ONE, ONE | {"timeout": -1}]}), "a.json", "a.json: contracts[1].timeout: wants"),
        (json.dumps(ONE | {"serviceName": ""}), "a.json", "a.json: serviceName: "),
        (json.dumps([ONE, ONE]), "a.json", "a.json: [1]: holds /a 1 once more"),
        (
            json.dumps(
                [ONE | {"expectedRequest": {"a": {"type": "x"}}}, ONE | {"expectedResponse": {"items": {"type": "x"}}}]
            ),
            "a.json",
            "a.json: [1].expectedResponse: items.type: ",
        ),
        ("[" * 200_000, "a.json", "a.json: is nested too deeply"),
        ("[" * 500 + "]" * 500, "a.json", "a.json: is nested more than 128 levels deep"),
        ("- " * 5_000 + "1", "a.yaml", "a.yaml: line 1, column "),
    ],
)
def test_what_is_broken_says_where_and_what(tmp_path: Path, text: str | bytes, name: str, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        load_registry(write(tmp_path, text, name))
    assert str(caught.value).startswith(message), str(caught.value)


def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(ContractError, match="holds more than 5,000,000 values"):
        load_registry(write(tmp_path, "\n".join(lines), "bomb.yaml"))
    with pytest.raises(ContractError, match="holds more than 5,000,000 values"):
        load_registry(write(tmp_path, "&a [*a]", "loop.yaml"))


def test_files_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_file, "LARGEST", 1 << 20)
    with pytest.raises(ContractError, match=r"big\.json: is larger than 1 MiB"):
        load_registry(write(tmp_path, " " * ((1 << 20) + 1), "big.json"))
    with pytest.raises(FileNotFoundError):
        load_registry(tmp_path / "none.json")


def test_a_document_without_a_file_names_places_only() -> None:
    with pytest.raises(ContractError) as caught:
        registry_of([ONE, {}])
    assert str(caught.value) == "[1].serviceName: is missing"
    assert len(registry_of(ONE)) == 1

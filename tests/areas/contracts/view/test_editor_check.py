"""What the editor says of a text: mistakes with their places, words nothing reads, and how it stands to other versions."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.source import read_source
from console.areas.contracts.store import COMMANDS
from console.areas.contracts.store.reading import all_versions
from console.areas.contracts.view.commanding import COMMAND_BYTES
from console.areas.contracts.view.editor_check import Check, Language, check_in_store, check_text, standing_of, with_version
from console.areas.contracts.view.editor_forms import TEMPLATE, converted, document_text
from console.areas.contracts.view.editor_hints import hints_of
from console.areas.contracts.view.editor_text import escaped, is_plain, too_large
from console.reporter.contracts.contract import read_contract
from console.store.database import open_reader
from tests.areas.contracts.view.contract_store import NOW_MS, SEARCH, changed, make_store
from tests.command_shell import with_writer
from tests.model.json_values import plain as json_values

SEVERAL = "✖ wants one contract, an object; several are brought in with Import"
LANGUAGES: tuple[Language, ...] = ("json", "yaml")


def in_store(path: Path, document: dict[str, Any]) -> Check:
    connection = open_reader(path)
    try:
        return check_in_store(connection, json.dumps(document), "json")
    finally:
        connection.close()


def words_of(text: str, language: Language = "json") -> list[str]:
    return [mark.words() for mark in check_text(text, language).marks]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contract_without_mistake_can_be_saved(language: Language) -> None:
    check = check_text(document_text(SEARCH, language), language)
    assert check.marks == ()
    assert check.can_be_saved
    assert check.document == SEARCH
    assert check.contract == read_contract(SEARCH)


def test_broken_json_says_line_and_column() -> None:
    assert words_of('{"serviceName": "a",\n "endpoint": "/x" "b"}') == [
        "✖ line 2, column 19: is no JSON: Expecting ',' delimiter"
    ]


def test_broken_yaml_says_line_and_column() -> None:
    (mark,) = check_text("serviceName: a\nendpoint: [1,\n  b: c: d\n", "yaml").marks
    assert mark.line == 3
    assert mark.column


def test_what_is_no_contract_says_its_place() -> None:
    text = json.dumps(changed(SEARCH, expectedParams=[{"name": "q"}, {"type": "string"}]), indent=1)
    (mark,) = check_text(text, "json").marks
    assert (mark.path, mark.what) == ("expectedParams[1].name", "wants the parameter's name as text")
    assert text.split("\n")[(mark.line or 0) - 1].strip() in ("{", '"type": "string"')


def test_a_schema_that_cannot_be_used_says_its_place() -> None:
    document = changed(SEARCH)
    document["expectedResponse"]["properties"]["total"]["type"] = "integr"
    text = json.dumps(document, indent=1)
    check = check_text(text, "json")
    assert not check.can_be_saved
    (mark,) = check.marks
    assert mark.path == "expectedResponse.properties.total.type"
    assert "integr" in text.split("\n")[(mark.line or 0) - 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "✖ is empty"),
        (" \n", "✖ is empty"),
        (json.dumps([SEARCH, SEARCH | {"endpoint": "/b"}]), SEVERAL),
        (json.dumps({"contracts": [SEARCH]}), SEVERAL),
        ('{"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}',
         "✖ is an OpenAPI document: bring it in with Import"),
    ],
)  # fmt: skip
def test_what_the_editor_does_not_take_says_where_to_go(text: str, words: str) -> None:
    assert words_of(text) == [words]


def test_a_key_that_stands_twice_is_a_mistake() -> None:
    text = json.dumps(SEARCH)[:-1] + ', "endpoint": "/other"}'
    assert any("stands twice" in words for words in words_of(text))
    assert not check_text(text, "json").can_be_saved


def test_a_contract_too_large_for_a_command_is_refused_in_words() -> None:
    document = changed(SEARCH, title="x" * COMMAND_BYTES)
    assert words_of(json.dumps(document)) == [f"✖ is too large: a contract may have {COMMAND_BYTES:,} bytes"]


def test_words_that_nothing_reads_are_hints_and_keep_nothing_from_saving() -> None:
    document = changed(SEARCH, timeOut=3)
    document["expectedResponse"]["requird"] = ["a"]
    document["expectedResponse"]["properties"]["hits"]["items"]["nullable"] = True
    document["expectedParams"][0]["minlength"] = 1
    check = check_text(json.dumps(document, indent=2), "json")
    assert check.can_be_saved
    told = {mark.path: mark.what for mark in check.marks}
    assert all(mark.is_hint and mark.line for mark in check.marks)
    assert "did you mean “timeout”" in told["timeOut"]
    assert "did you mean “required”" in told["expectedResponse.requird"]
    assert "OpenAPI 3.0" in told["expectedResponse.properties.hits.items.nullable"]
    assert "did you mean “minLength”" in told["expectedParams[0].minlength"]


def test_names_of_fields_are_no_keywords() -> None:
    document = changed(SEARCH, expectedRequest={"properties": {"anything": {"type": "string"}, "enm": True}, "x-own": 1,
                                                "enum": [{"whatever": 1}], "default": {"requird": 2}})  # fmt: skip
    assert hints_of(document) == []


@given(json_values)
def test_hints_end_for_anything(value: Any) -> None:
    assert len(hints_of(value)) <= 50
    assert len(hints_of({"expectedResponse": value, "expectedParams": value, "expectedResponses": value})) <= 50


@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_is_judged_without_a_crash(text: str, language: Language) -> None:
    check = check_text(text, language)
    assert check.can_be_saved or check.marks
    assert all("\n" not in mark.words() for mark in check.marks)


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4), st.sampled_from(LANGUAGES))
def test_a_document_reads_back_as_it_was_written(document: dict[str, Any], language: Language) -> None:
    document = json.loads(json.dumps(document).encode("utf-8", "replace"))
    expected = read_source(json.dumps(document), "contract.json").values
    text = document_text(expected[0], language)
    assert read_source(text, f"contract.{language}").values == expected
    assert is_plain(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_hides_in_a_document_and_nothing_is_lost(language: Language) -> None:
    document = changed(SEARCH, title="a\u202eb\u200bc\xa0d\u2028e 😀")
    text = document_text(document, language)
    assert is_plain(text)
    assert not any(hidden in text for hidden in "\u202e\u200b\xa0\u2028")
    assert read_source(text, f"contract.{language}").values == [document]


def test_an_escaped_text_means_the_same() -> None:
    text = json.dumps({"\u202e": "\ufeff\xa0é"}, ensure_ascii=False)
    assert json.loads(escaped(text)) == json.loads(text)
    assert "é" in escaped(text)


def test_a_text_goes_to_the_other_language_and_back() -> None:
    text = document_text(SEARCH, "json")
    assert converted(converted(text, "json", "yaml"), "yaml", "json") == text


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"a": }', "is no JSON"), ('{"a": 1, "a": 2}', "stands twice"), ("", "is no JSON")],
)
def test_a_text_that_cannot_be_read_is_not_converted(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        converted(text, "json", "yaml")


def test_several_documents_are_not_converted() -> None:
    with pytest.raises(ValueError, match="2 documents"):
        converted("a: 1\n---\nb: 2\n", "yaml", "json")


def test_a_new_endpoint_has_no_contract_yet(tmp_path: Path) -> None:
    check = in_store(make_store(tmp_path / "a.db"), SEARCH)
    assert check.standing is not None
    assert check.standing.kind == "new"


def test_the_same_version_unchanged_is_told(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH)
    standing = in_store(path, changed(SEARCH, id="another", timeout=1500.0)).standing
    assert standing is not None
    assert (standing.kind, standing.words) == ("same", "Version 2.0.0 is there already with this very content.")


def test_a_breaking_change_in_the_same_version_asks_for_a_major_one(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH)
    document = changed(SEARCH)
    document["expectedResponse"]["properties"]["total"]["type"] = ["integer", "null"]
    standing = in_store(path, document).standing
    assert standing is not None
    assert (standing.kind, standing.number) == ("conflict", "3.0.0")
    assert standing.words == "Version 2.0.0 is there with other content. Against 2.0.0: 1 breaking change."


def test_a_number_that_is_too_low_for_its_changes_is_told(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH)
    document = changed(SEARCH, contractVersion="2.1.0")
    document["expectedResponse"]["properties"]["total"]["type"] = ["integer", "null"]
    standing = in_store(path, document).standing
    assert standing is not None
    assert (standing.kind, standing.number) == ("version", "3.0.0")
    assert "asks for 3.0.0" in standing.words
    standing = in_store(path, document | {"contractVersion": "3.0.0"}).standing
    assert standing is not None
    assert (standing.kind, standing.number) == ("version", "")


def test_an_addition_asks_for_a_minor_number(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH)
    document = changed(SEARCH)
    document["expectedResponse"]["properties"]["took"] = {"type": "number"}
    standing = in_store(path, document).standing
    assert standing is not None
    assert standing.number == "2.1.0"


def test_a_number_that_is_taken_is_not_advised(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH, changed(SEARCH, contractVersion="3.0.0"))
    connection = open_reader(path)
    versions = list(all_versions(connection))
    connection.close()
    document = changed(SEARCH)
    document["expectedResponse"]["properties"]["total"]["type"] = ["integer", "null"]
    assert standing_of(read_contract(document), versions).number == ""


def test_the_version_that_is_checked_is_what_counts(tmp_path: Path) -> None:
    path = make_store(tmp_path / "a.db", SEARCH, changed(SEARCH, contractVersion="5.0.0"))
    with_writer(path, lambda connection: COMMANDS["current"](connection, {"version": 1}, NOW_MS))
    standing = in_store(path, changed(SEARCH, contractVersion="2.0.1")).standing
    assert standing is not None
    assert standing.words == "Against 2.0.0: nothing changes."


def test_other_ways_to_write_the_endpoint_are_the_same_endpoint(tmp_path: Path) -> None:
    document = changed(SEARCH, endpoint="/conversations/:id")
    path = make_store(tmp_path / "a.db", document)
    standing = in_store(path, document | {"endpoint": "/conversations/{key}/", "contractVersion": "2.0.1"}).standing
    assert standing is not None
    assert standing.kind == "version"


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_version_is_put_in_without_touching_the_rest(language: Language) -> None:
    document = changed(SEARCH, title='has contractVersion: "2.0.0" in it')
    document["expectedResponse"]["properties"]["contractVersion"] = {"const": "2.0.0"}
    text = document_text(document, language)
    text = text if language == "json" else f"# a remark\n{text}"
    found = with_version(text, language, document, "3.0.0")
    assert found is not None
    assert read_source(found, f"contract.{language}").values == [document | {"contractVersion": "3.0.0"}]
    assert sum(a != b for a, b in zip(text.split("\n"), found.split("\n"), strict=True)) == 1


def test_a_version_that_cannot_be_put_in_place_is_not() -> None:
    assert with_version('{"contractVersion" :  7}', "json", {"contractVersion": 7}, "3.0.0") is None


def test_the_template_only_lacks_what_it_asks_for() -> None:
    document = TEMPLATE | {"serviceName": "a", "endpoint": "/b"}
    assert check_text(document_text(document, "json"), "json").can_be_saved
    assert "serviceName" in words_of(document_text(TEMPLATE, "json"))[0]


def test_what_no_editor_can_lay_out_is_too_large() -> None:
    assert too_large("a\n" * 1_000) == ""
    assert "a line of 20,000 characters" in too_large("x" * 20_000)
    assert "too many" in too_large("x\n" * 600_000)

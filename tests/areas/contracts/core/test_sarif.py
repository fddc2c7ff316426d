"""The SARIF log, against the rules of the parts of SARIF 2.1.0 that it uses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.sarif import LEVELS, SarifResult, fingerprint, sarif_of
from console.reporter.contracts.schema import SchemaChecker

_TEXT = {"type": "string"}
_SOME = {"type": "string", "minLength": 1}
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": _SOME}, "additionalProperties": False}
_PRINTS = {"type": "object", "additionalProperties": _TEXT}
_REGION = {
    "type": "object",
    "required": ["startLine"],
    "properties": {"startLine": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
_PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {"type": "object", "properties": {"uri": {"type": "string", "format": "uri-reference"}}},
        "region": _REGION,
    },
    "additionalProperties": False,
}
_LOGICAL = {
    "type": "object",
    "properties": {"name": _TEXT, "fullyQualifiedName": _TEXT, "kind": {"enum": ["function", "member", "module"]}},
    "additionalProperties": False,
}
_RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "ruleId": _SOME,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _MESSAGE,
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"physicalLocation": _PHYSICAL, "logicalLocations": {"type": "array", "items": _LOGICAL}},
                "additionalProperties": False,
            },
        },
        "fingerprints": _PRINTS,
        "partialFingerprints": _PRINTS,
        "occurrenceCount": {"type": "integer", "minimum": 1},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                },
                "additionalProperties": False,
            },
        },
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
_DRIVER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": _SOME,
        "version": _TEXT,
        "rules": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": _SOME, "shortDescription": _MESSAGE},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
LOG = SchemaChecker(
    {
        "type": "object",
        "required": ["version", "runs"],
        "properties": {
            "version": {"const": "2.1.0"},
            "$schema": {"type": "string", "format": "uri"},
            "runs": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["tool"],
                    "properties": {
                        "tool": {
                            "type": "object",
                            "required": ["driver"],
                            "properties": {"driver": _DRIVER},
                            "additionalProperties": False,
                        },
                        "results": {"type": "array", "items": _RESULT},
                    },
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    }
)
"""After the property tables of sections 3.13 to 3.54; closed, so that a misspelt name fails."""

ONE = SarifResult(
    rule="response-type-changed",
    rule_words="A field of an answer changed its type",
    severity="BREAKING",
    message="hits[].quality: number became text",
    service="server",
    method="GET",
    endpoint="/api/v1/acus/search",
    path="hits[].quality",
    direction="response",
    status="2xx",
)


def results_of(log: dict[str, Any]) -> list[dict[str, Any]]:
    (run,) = log["runs"]
    return list(run["results"])


def test_a_result_says_rule_level_place_and_count() -> None:
    log = sarif_of(
        [SarifResult(**{**_fields(ONE), "count": 7, "file": "api/new file.yaml", "line": 12, "is_muted": True})], "1.2.3"
    )
    assert log["version"] == "2.1.0"
    driver = log["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("vivim-console", "1.2.3")
    assert driver["rules"] == [{"id": ONE.rule, "shortDescription": {"text": ONE.rule_words}}]
    (result,) = results_of(log)
    assert (result["ruleId"], result["level"], result["occurrenceCount"]) == (ONE.rule, "error", 7)
    assert result["message"] == {"text": ONE.message}
    (place,) = result["locations"]
    names = [one["fullyQualifiedName"] for one in place["logicalLocations"]]
    assert names == ["server/GET /api/v1/acus/search hits[].quality", "server/GET /api/v1/acus/search", "server"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "api/new%20file.yaml"}, "region": {"startLine": 12}}
    assert result["suppressions"] == [{"kind": "external", "status": "accepted"}]


@pytest.mark.parametrize(
    ("severity", "level"),
    [("BREAKING", "error"), ("RISKY", "warning"), ("ADDITIVE", "note"), ("COSMETIC", "note"), ("STALE", "note"),
     ("VIOLATION", "error"), ("of our own", "warning")],
)  # fmt: skip
def test_the_level_follows_the_class(severity: str, level: str) -> None:
    (result,) = results_of(sarif_of([SarifResult(**{**_fields(ONE), "severity": severity})], "1"))
    assert result["level"] == level
    assert result["properties"]["severity"] == severity


def test_rules_stand_once_in_the_order_of_results() -> None:
    rules = ("b", "a", "b", "c")
    log = sarif_of([SarifResult(**{**_fields(ONE), "rule": rule}) for rule in rules], "1")
    listed = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert listed == ["b", "a", "c"]
    assert all(listed[result["ruleIndex"]] == result["ruleId"] for result in results_of(log))


def test_a_fingerprint_is_the_place_and_rule_and_not_the_words() -> None:
    again = SarifResult(
        **{**_fields(ONE), "message": "other words", "severity": "RISKY", "count": 3, "line": 4, "version": "2"}
    )
    assert fingerprint(again) == fingerprint(ONE)
    for name in ("rule", "service", "method", "endpoint", "path", "direction", "status"):
        assert fingerprint(SarifResult(**{**_fields(ONE), name: "other"})) != fingerprint(ONE)
    swapped = SarifResult(**{**_fields(ONE), "service": "serverG", "method": "ET"})
    assert fingerprint(swapped) != fingerprint(ONE)


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b.yaml", "a%20b.yaml"),
        ("v1:a.yaml", "v1%3Aa.yaml"),
        ("C:\\x\\a.yaml", "file:///C:/x/a.yaml"),
        ("/x/ä", "/x/%C3%A4"),
    ],
)
def test_files_as_addresses(file: str, uri: str) -> None:
    (result,) = results_of(sarif_of([SarifResult(**{**_fields(ONE), "file": file})], "1"))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_results_are_a_run_all_the_same() -> None:
    log = sarif_of([], "1")
    assert results_of(log) == []
    assert LOG.holds(log)


TEXTS = st.text(max_size=20)


@given(
    st.lists(
        st.builds(
            SarifResult,
            rule=st.sampled_from(("a", "b", "timeout")),
            rule_words=TEXTS,
            severity=st.sampled_from(sorted(LEVELS)),
            message=TEXTS,
            service=TEXTS,
            method=TEXTS,
            endpoint=TEXTS,
            path=TEXTS,
            direction=TEXTS,
            status=TEXTS,
            version=TEXTS,
            count=st.none() | st.integers(-1, 10**9),
            is_muted=st.booleans(),
            file=TEXTS,
            line=st.none() | st.integers(-1, 10**6),
            properties=st.dictionaries(TEXTS, TEXTS, max_size=2),
        ),
        max_size=5,
    )
)
def test_every_log_keeps_to_the_rules(results: list[SarifResult]) -> None:
    log = sarif_of(results, "1.0")
    assert LOG.problems(log) == []
    assert len(results_of(log)) == len(results)


def _fields(one: SarifResult) -> dict[str, Any]:
    return {name: getattr(one, name) for name in SarifResult.__dataclass_fields__}

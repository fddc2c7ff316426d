"""The JSON Schema Test Suite, drafts 7 and 2020-12, through the adapter; tests/fixtures/json_schema_suite says more."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from console.reporter.contracts.schema import SchemaChecker
from console.reporter.contracts.words import LONGEST

SUITE = Path(__file__).parents[2] / "fixtures" / "json_schema_suite"
DIALECTS = {
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
COUNTS = {"draft7": (913, 552), "draft2020-12": (1257, 649)}
"""Required and optional tests."""
EXPECTED_FAILURES: frozenset[str] = frozenset()
"""Names of tests that fail, each with its reason in the README there."""


class Case(NamedTuple):
    name: str
    schema: Any
    formats: bool
    documents: dict[str, Any] | None
    data: Any
    is_valid: bool


@cache
def remotes() -> dict[str, Any]:
    return dict(json.loads(line) for line in (SUITE / "remotes.jsonl").read_text().splitlines())


def cases(draft: str) -> Iterator[Case]:
    for line in (SUITE / f"{draft}.jsonl").read_text().splitlines():
        group = json.loads(line)
        schema = group["schema"]
        if isinstance(schema, dict) and "$schema" not in schema:
            schema = {"$schema": DIALECTS[draft], **schema}
        documents = remotes() if "http://localhost:1234/" in line else None
        for description, data, is_valid in group["tests"]:
            name = f"{draft}/{group['file']}: {group['group']}: {description}"
            yield Case(name, schema, group["file"].startswith("optional/format"), documents, data, is_valid)


def is_right(case: Case) -> bool:
    """Both ways of asking agree with the suite, and what is told of a problem is short and complete."""
    checker = SchemaChecker(case.schema, formats=case.formats, documents=case.documents)
    problems = checker.problems(case.data)
    told = all(one.path and one.at and one.keyword and one.expected and one.actual and one.message for one in problems)
    short = all(len(text) <= LONGEST for one in problems for text in (one.expected, one.actual))
    return checker.holds(case.data) == case.is_valid == (not problems) and told and short


@pytest.mark.parametrize("draft", DIALECTS)
def test_the_suite_passes_but_for_what_is_listed(draft: str) -> None:
    failed = {case.name for case in cases(draft) if not is_right(case)}
    assert failed == {name for name in EXPECTED_FAILURES if name.startswith(draft)}


@pytest.mark.parametrize("draft", DIALECTS)
def test_no_test_of_the_suite_is_missing(draft: str) -> None:
    optional = sum("/optional/" in case.name for case in cases(draft))
    assert (sum(1 for _ in cases(draft)) - optional, optional) == COUNTS[draft]


def test_a_document_that_is_not_handed_in_is_not_fetched() -> None:
    case = next(one for one in cases("draft2020-12") if one.documents and "refRemote" in one.name)
    with pytest.raises(ValueError, match="outside of this schema"):
        SchemaChecker(case.schema)

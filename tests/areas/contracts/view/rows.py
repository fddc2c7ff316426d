"""Rows as the store answers them, made by hand for tests of words and orders."""

from typing import Any

from console.areas.contracts.store.answers import EndpointPage, EndpointRow, ObservedPath, VersionRow, ViolationRow
from console.reporter.contracts.contract import read_contract
from tests.areas.contracts.view.contract_store import NOW_MS, SEARCH, changed


def endpoint_row(**changes: Any) -> EndpointRow:
    """Return an endpoint that was checked 200 times."""
    row = EndpointRow(
        1, "server", "GET", "/acus/search", "declared", ("2.0.0",), "2.0.0", "file", 200, 0, 0, 0, 40.0, 120.0, 1500.0, {},
        0, 0, NOW_MS - 4_000, ((3, 0), (0, 0)),
    )  # fmt: skip
    return row._replace(**changes)


def version_row(number: int, version: str, **changes: Any) -> VersionRow:
    """Return a version of the search's contract."""
    document = changed(SEARCH, contractVersion=version)
    row = VersionRow(number, version, "file", NOW_MS - 60_000, None, False, "", read_contract(document), document)
    return row._replace(**changes)


def violation_row(**changes: Any) -> ViolationRow:
    """Return a violation of the search's answer."""
    row = ViolationRow(
        1, 1, "server", "GET", "/acus/search", "2.0.0", "response_schema_error", "response", "hits[].quality", "type",
        "number", '"0.83"', "", 7, NOW_MS - 90_000, NOW_MS - 9_000, 3, 9, "console", "", "open",
    )  # fmt: skip
    return row._replace(**changes)


def observed_path(**changes: Any) -> ObservedPath:
    """Return a place of the search's answer."""
    row = ObservedPath(
        "response", "2xx", "hits[].quality", "number", "as promised", 1_000, 1.0, {"number": 1_000}, (), "0.1 to 0.9", (),
        NOW_MS - 90_000, NOW_MS - 1_000, (3, 5, 9),
    )  # fmt: skip
    return row._replace(**changes)


def endpoint_page(**changes: Any) -> EndpointPage:
    """Return a page of the search with one version."""
    version = version_row(1, "2.0.0", is_current=True)
    parts = {"row": endpoint_row(), "versions": (version,), "shown": version, "observed": (), "violations": (),
             "findings": (), "timeline": (), "statuses": {}}  # fmt: skip
    return EndpointPage(**(parts | changes))

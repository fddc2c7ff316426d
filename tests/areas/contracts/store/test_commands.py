"""What a person does to contracts, findings and alerts; what is refused is refused in words, with nothing changed."""

import re
from typing import Any

import pytest

from console.areas.contracts.store import reading
from console.areas.contracts.store.commands import DOCUMENTS_A_PART
from console.areas.contracts.store.versions import MAX_VERSIONS
from tests.areas.contracts.store.contract_store import DAY_MS, HIT, PATH, ContractStore, check, contract
from tests.store_filling import START_MS


def test_save_keeps_versions_side_by_side_and_checks_the_newest(store: ContractStore) -> None:
    first = store.do("save", document=contract(version="2.0.0"))
    assert first == {"endpoint": 1, "version": 1, "added": True}
    store.do("save", document=contract(version="10.0.0", timeout=9), note="for may", origin="file")
    store.do("save", document=contract(version="10.0.0-rc.1"))
    assert store.row().versions == ("10.0.0", "10.0.0-rc.1", "2.0.0")
    assert (store.row().version, store.row().origin, store.row().timeout_ms) == ("10.0.0", "file", 9)
    newest = reading.load_version(store.connection, 2)
    assert (newest.note, newest.is_current, newest.event_id, newest.document["timeout"]) == ("for may", True, None, 9)
    assert [one.version for one in reading.load_contracts(store.connection)] == ["10.0.0"]


def test_the_same_again_changes_nothing_and_another_content_wants_replace(store: ContractStore) -> None:
    store.do("save", document=contract())
    assert store.do("save", document=contract(id="another start")) == {"endpoint": 1, "version": 1, "added": False}
    with pytest.raises(ValueError, match=r"version 2\.0\.0 is there with another content"):
        store.do("save", document=contract(timeout=1))
    assert store.row().timeout_ms == 500
    store.do("save", document=contract(timeout=1), replace=True)
    assert (store.row().timeout_ms, store.row().versions) == (1, ("2.0.0",))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"document": None}, "a contract is an object"),
        ({"document": contract(endpoint="")}, "endpoint: wants a text|endpoint"),
        ({"document": contract(expectedResponse={"type": "no"})}, "the schema of the answer to 2xx: type"),
        ({"document": contract(expectedRequest={"properties": 5})}, "the schema of the request's body"),
        ({"document": contract(expectedParams=[{"name": "q", "pattern": "("}])}, "the schema of the parameters"),
        ({"document": contract(expectedParams=[{"name": 1}])}, r"expectedParams\[0\]\.name"),
        ({"document": contract(endpoint="/" + "x" * 500)}, "longer than 400"),
        ({"document": contract(), "origin": "nowhere"}, '"origin" must be one of'),
        ({"document": contract(), "replace": "yes"}, '"replace" must be true or false'),
        ({"document": contract(), "note": 5}, '"note" must be text'),
    ],
)
def test_save_refuses_what_is_no_contract(store: ContractStore, args: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        store.do("save", **args)
    assert store.rows() == ()


def test_import_goes_in_parts_and_names_what_it_refuses(store: ContractStore) -> None:
    documents: list[Any] = [contract(f"/a{n}") for n in range(DOCUMENTS_A_PART + 20)]
    documents += [contract("/a0"), contract("/a1", timeout=1), {"endpoint": "/b"}, 7]
    part = store.part("import", {"documents": documents, "origin": "file"})
    assert part["progress"] == [DOCUMENTS_A_PART, len(documents)]
    done = store.do("import", **part["again"])
    assert (done["added"], done["same"], done["replaced"]) == (DOCUMENTS_A_PART + 20, 1, 0)
    names = [name for name, _ in done["refused"]]
    assert names == ["server GET /a1 2.0.0", "/b", f"document {len(documents)}"]
    done = store.do("import", documents=documents[-3:-2], origin="file", replace=True)
    assert done == {"added": 0, "same": 0, "replaced": 1, "refused": []}


def test_versions_are_bounded(store: ContractStore) -> None:
    done = store.do("import", documents=[contract(version=f"1.0.{n}") for n in range(MAX_VERSIONS + 1)], origin="file")
    assert done["added"] == MAX_VERSIONS
    assert "versions already" in done["refused"][0][1]


def test_a_person_may_choose_what_is_checked(store: ContractStore) -> None:
    store.do("import", documents=[contract(version="1.0.0"), contract(version="2.0.0", expectedParams=[])], origin="file")
    assert store.do("current", version=1) == {"endpoint": 1, "number": "1.0.0"}
    store.observe(check(params={}))
    assert [one.version for one in store.violations()] == ["1.0.0"]
    store.do("save", document=contract(version="3.0.0"))
    assert store.row().version == "1.0.0", "what a person chose stays"
    store.do("current", version=3)
    store.do("save", document=contract(version="4.0.0"))
    assert store.row().version == "4.0.0", "who chooses the newest wants the newest"
    with pytest.raises(LookupError, match="no version 99"):
        store.do("current", version=99)


def test_remove_goes_back_to_the_version_before_and_at_last_to_none(store: ContractStore) -> None:
    store.do("import", documents=[contract(version="1.0.0"), contract(version="2.0.0"), contract("/other")], origin="file")
    store.observe(check(params={}))
    assert store.do("remove", version=2) == {"endpoint": 1}
    assert store.row().version == "1.0.0"
    assert store.do("remove", version=1) == {"endpoint": 1}
    assert (store.row().standing, store.row().checks) == ("undeclared", 1), "what was observed stays"
    assert store.do("remove", version=3) == {"endpoint": None}
    assert [row.endpoint for row in store.rows()] == [PATH]
    store.observe(check(params={}))
    assert store.row().violated == 1, "nothing is promised any more"


def broken(store: ContractStore) -> int:
    """Let a field be null and another one appear; returns the id of the breaking finding."""
    store.do("save", document=contract())
    store.observe(*[check(START_MS + n, response={"hits": [{**HIT, "extra": n}]}) for n in range(20)])
    store.observe(check(response={"hits": [{**HIT, "quality": None}]}))
    return next(one.id for one in store.findings() if one.severity == "BREAKING")


def test_accept_makes_a_version_that_promises_what_was_found(store: ContractStore) -> None:
    finding = broken(store)
    proposed = reading.proposal(store.connection, 1, (finding,))
    done = store.do("accept", findings=[finding], note="null is fine")
    assert done == {"endpoint": 1, "version": 2, "number": "3.0.0"}
    accepted = reading.load_version(store.connection, 2)
    assert (accepted.contract.version, accepted.contract.responses) == ("3.0.0", proposed.responses)
    assert (accepted.origin, accepted.note, accepted.is_current) == ("accepted", "null is fine", True)
    assert [one.id for one in store.findings("accepted")] == [finding]
    assert store.findings() == (), "what was found under the old version is closed"
    before = store.row().violated
    store.observe(*[check(response={"hits": [{**HIT, "quality": None}]}) for _ in range(5)])
    assert store.row().violated == before
    assert [one.kind for one in store.findings() if one.severity == "BREAKING"] == []


def test_accept_takes_the_number_that_is_given(store: ContractStore) -> None:
    finding = broken(store)
    assert store.do("accept", findings=[finding], version="2.1.0")["number"] == "2.1.0"
    with pytest.raises(ValueError, match="closed"):
        store.do("accept", findings=[one.id for one in store.findings("closed")][:1])


def test_accept_refuses_what_it_cannot_do(store: ContractStore) -> None:
    finding = broken(store)
    store.do("save", document=contract("/never"))
    store.observe(*[check(START_MS + 20_000 + n) for n in range(600)])
    store.now_ms += 20_000
    store.observe(check(store.now_ms))
    unseen = next(one.id for one in store.findings() if one.kind == "unseen_endpoint")
    with pytest.raises(ValueError, match="several endpoints"):
        store.do("accept", findings=[finding, unseen])
    with pytest.raises(ValueError, match="nothing that a contract could promise"):
        store.do("accept", findings=[unseen])
    with pytest.raises(LookupError, match="no finding 999"):
        store.do("accept", findings=[999])
    with pytest.raises(ValueError, match=re.escape('"findings" must be a list')):
        store.do("accept", findings=[])
    assert store.row().versions == ("2.0.0",)


def test_an_undeclared_endpoint_gets_a_contract_from_what_was_observed(store: ContractStore) -> None:
    store.do("save", document=contract("/other"))
    store.observe(*[check(START_MS + n) for n in range(60)])
    (finding,) = [one for one in store.findings() if one.kind == "undeclared_endpoint"]
    proposed = reading.proposal(store.connection, finding.endpoint_id)
    assert (proposed.service, proposed.method, proposed.endpoint, proposed.version) == ("server", "GET", PATH, "1.0.0")
    assert store.do("accept", findings=[finding.id])["number"] == "1.0.0"
    row = store.row()
    assert (row.standing, row.version, row.origin) == ("declared", "1.0.0", "accepted")
    store.observe(check(response=[]))
    assert store.row().violated == 1
    with pytest.raises(LookupError, match="no endpoint 77"):
        reading.proposal(store.connection, 77)


def test_muted_findings_are_left_out_until_their_time(store: ContractStore) -> None:
    finding = broken(store)
    until_ms = store.now_ms + 5_000
    assert store.do("mute", findings=[finding], until_ms=until_ms, note="known") == {"muted": 1}
    assert finding not in [one.id for one in store.findings()]
    (muted,) = store.findings("muted")
    assert (muted.id, muted.note, muted.muted_until_ms, muted.state) == (finding, "known", until_ms, "muted")
    assert "BREAKING" not in store.row().drift
    store.observe(check(response={"hits": [{**HIT, "quality": None}]}))
    assert [one.id for one in store.findings("muted")] == [finding], "what is found again stays muted"
    store.now_ms = until_ms
    assert finding in [one.id for one in store.findings()]
    store.do("mute", findings=[finding], until_ms=store.now_ms + DAY_MS)
    assert store.do("unmute", findings=[finding]) == {"unmuted": 1}
    assert finding in [one.id for one in store.findings()]
    with pytest.raises(ValueError, match="has passed"):
        store.do("mute", findings=[finding], until_ms=store.now_ms - 1)
    with pytest.raises(ValueError, match="Unix milliseconds"):
        store.do("mute", findings=[finding], until_ms="tomorrow")


def test_a_persons_class_counts_and_can_be_taken_back(store: ContractStore) -> None:
    finding = broken(store)
    assert store.do("severity", finding=finding, **{"class": "COSMETIC"}) == {"severity": "COSMETIC"}
    (shown,) = [one for one in store.findings() if one.id == finding]
    assert (shown.severity, shown.own) == ("COSMETIC", "COSMETIC")
    assert store.row().drift.get("COSMETIC") == 1
    store.observe(check(response={"hits": [{**HIT, "quality": None}]}))
    assert [one.severity for one in store.findings() if one.id == finding] == ["COSMETIC"], "it is kept"
    assert store.do("severity", finding=finding, **{"class": ""}) == {"severity": "BREAKING"}
    with pytest.raises(ValueError, match='"class" must be one of'):
        store.do("severity", finding=finding, **{"class": "AWFUL"})


def test_findings_are_listed_worst_first_by_class_service_and_endpoint(store: ContractStore) -> None:
    broken(store)
    assert [one.severity for one in store.findings()] == ["BREAKING", "ADDITIVE"]
    ask = {"states": ("open",), "now_ms": store.now_ms}
    assert len(reading.findings(store.connection, classes=("ADDITIVE",), **ask)) == 1  # type: ignore[arg-type]
    assert reading.findings(store.connection, service="pwa", **ask) == ()  # type: ignore[arg-type]
    assert len(reading.findings(store.connection, endpoint_id=1, **ask)) == 2  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        reading.finding(store.connection, 99, now_ms=1)


def test_alerts_are_acknowledged_one_or_all(store: ContractStore) -> None:
    broken(store)
    store.observe(check(params={}))
    open_alerts = reading.alerts(store.connection)
    assert len(open_alerts) == 4
    first = open_alerts[-1].id
    assert store.do("acknowledge", alerts=[first]) == {"acknowledged": 1}
    assert first not in [one.id for one in reading.alerts(store.connection)]
    assert store.do("acknowledge", alerts=[]) == {"acknowledged": 3}
    assert reading.alerts(store.connection) == ()
    assert len(reading.alerts(store.connection, all=True)) == 4
    since_ms = START_MS - 1
    found = reading.overview(store.connection, since_ms, START_MS + 1, now_ms=store.now_ms)
    assert (found.alerts, found.contracts, found.services) == (0, 1, ("server",))


@pytest.mark.parametrize("name", ["remove", "current", "mute", "unmute", "severity", "acknowledge", "accept"])
@pytest.mark.parametrize("value", [None, -1, True, "1", 2**63, [2**64], ["a"], {}])
def test_wrong_ids_are_refused_in_words(store: ContractStore, name: str, value: Any) -> None:
    keys = {"remove": "version", "current": "version", "severity": "finding", "acknowledge": "alerts"}
    with pytest.raises(ValueError, match='"'):
        store.do(name, **{keys.get(name, "findings"): value, "class": "", "until_ms": store.now_ms + 10})

"""What areas keep goes through a real bundle: as many rows come out as went in, and no secret that any of them held."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.areas.contracts.store.reading import load_endpoint
from console.areas.errors.store.reading import list_groups
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.importing import import_bundle
from console.areas.incidents.store.reading import sessions
from console.areas.sync.store.reading import load_conflict
from console.store.database import open_plain, open_reader
from tests.areas.contracts.store.contract_store import check, contract
from tests.areas.errors.error_store import EVER, failure
from tests.areas.sync.store.issues import LOCAL, REMOTE, conflict, event
from tests.areas.whole_store import WholeStore, bundle_rows
from tests.store_filling import START_MS, read_text, sample_events

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ456789"
MAILS = [f"person{number}@example.org" for number in range(6)]
PASSWORD = "correct-horse-7"
SECRETS = [TOKEN, PASSWORD, *MAILS]


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[WholeStore]:
    """A store where secrets stand in what each area keeps for itself."""
    store = WholeStore(tmp_path / "whole.db")
    store.attach("server", "pwa")
    store.take_commands("pwa")
    local, remote = {**LOCAL, "password": PASSWORD}, {**REMOTE, "title": TOKEN}
    texts = [conflict(number, at_ms=START_MS + number, local=local, remote=remote)
             for number in range(1, 5)]  # fmt: skip
    texts += [event(START_MS + i, mail, entityType="doc", entityId=MAILS[0], replica=mail, version=i, contentHash=f"h{i}")
              for i, mail in enumerate(MAILS[:3])]  # fmt: skip
    store.arrive([read_text(text, START_MS) for text in texts], "pwa")
    for path in (["title"], ["version"], ["password"]):
        with_choice(store, path)
    store.do("sync", "send", issue=1, who=MAILS[1], note=f"as {MAILS[2]} said")
    store.arrive([failure(f"save{i % 3}", START_MS + i, user=mail, version=mail, message=f"no such user {mail}, {TOKEN}")
                  for i, mail in enumerate(MAILS * 4)])  # fmt: skip
    group = store.one("SELECT min(group_id) FROM errors_member")
    store.do("errors", "split", group=group, facet="version", who=MAILS[0])
    store.do("errors", "status", groups=[group], status="resolved", note=f"ask {MAILS[0]}, token={TOKEN}", who="ada")
    store.do("contracts", "save", document=contract(), origin="file", note=TOKEN)
    hits = [{"id": mail, "token": TOKEN, "quality": mail} for mail in MAILS]
    store.arrive(
        [check(START_MS + 100 + i, response={"hits": [hits[i % 6]]}, params={"q": MAILS[i % 6]}) for i in range(30)]
    )
    store.arrive(sample_events(50))
    store.do("incidents", "session", id=1, name=f"with {MAILS[0]}", note=f"token={TOKEN}", pinned=True)
    yield store
    store.close()


def with_choice(store: WholeStore, path: list[Any]) -> None:
    """Decide a place of the first conflict where it is open."""
    if any(place.path == tuple(path) for place in load_conflict(store.connection, 1).settlement.open):
        store.do("sync", "choose", issue=1, path=path, choice="local", who="ana")


def test_rows_of_all_areas_come_out_as_many_as_went_in(whole: WholeStore, tmp_path: Path) -> None:
    out, db = tmp_path / "out.vcb", tmp_path / "new.db"
    export_bundle(whole.path, Selection(), default_profile(), out, workers=0)
    import_bundle(out, db)
    ranged = (START_MS, START_MS + 4_999)
    before, after = (bundle_rows(path, whole.ids(), ranged) for path in (whole.path, db))
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    for name in ("errors_member", "errors_bucket", "errors_facet", "errors_audit_group", "sync_sample", "activity"):
        assert Counter(map(plain, after[name])) == Counter(map(plain, before[name])), name
    connection = open_reader(db)
    groups, shown = list_groups(whole.connection, EVER), list_groups(connection, EVER)
    assert [(row.id, row.status, row.count, row.users) for row in shown.rows] == [
        (row.id, row.status, row.count, row.users) for row in groups.rows
    ]
    assert sessions(connection)[0].name.startswith("with ")
    connection.close()


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The numbers of a row: texts may be masked."""
    return tuple(value for value in row if not isinstance(value, str))


def test_no_secret_that_an_area_held_leaves(whole: WholeStore, tmp_path: Path) -> None:
    out, db = tmp_path / "out.vcb", tmp_path / "new.db"
    export_bundle(whole.path, Selection(), default_profile(), out, workers=0)
    import_bundle(out, db)
    with zipfile.ZipFile(out) as bundle:
        content = b"".join(bundle.read(name) for name in bundle.namelist())
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("new.db*"))
    held = b"".join(file.read_bytes() for file in tmp_path.glob("whole.db*"))
    for secret in SECRETS:
        assert secret.encode() in held
        assert secret.encode() not in content, secret
        assert secret.encode() not in stored, secret


def test_a_second_bundle_of_what_was_imported_is_the_same(whole: WholeStore, tmp_path: Path) -> None:
    first, second, db, again = (tmp_path / name for name in ("1.vcb", "2.vcb", "1.db", "2.db"))
    export_bundle(whole.path, Selection(), default_profile(), first, workers=0)
    import_bundle(first, db)
    export_bundle(db, Selection(), default_profile(), second, workers=0)
    import_bundle(second, again)
    ranged = (START_MS, START_MS + 4_999)
    one, other = (bundle_rows(path, whole.ids(), ranged) for path in (db, again))
    assert one.keys() == other.keys()
    for name, rows in one.items():
        assert other[name] == rows, name


def test_statistics_of_drift_that_hold_a_secret_are_dropped_and_read_as_none(whole: WholeStore, tmp_path: Path) -> None:
    whole.arrive([check(START_MS + 200 + i, path="/keyed", response={MAILS[0]: i}) for i in range(5)])
    out, db = tmp_path / "out.vcb", tmp_path / "new.db"
    export_bundle(whole.path, Selection(), default_profile(), out, workers=0)
    import_bundle(out, db)
    connection = open_plain(db)
    dropped = connection.execute("SELECT endpoint_id FROM contracts_drift WHERE observed = x''").fetchall()
    keyed = whole.one("SELECT id FROM contracts_endpoint WHERE endpoint LIKE '/keyed'")
    assert (keyed,) in dropped
    assert connection.execute("SELECT count(*) FROM contracts_drift WHERE observed != x''").fetchone()[0] > 0
    seen = load_endpoint(connection, keyed, 0, 2**45, now_ms=START_MS).observed
    assert {one.direction for one in seen} == {"request"}, "what the answers held is not shown"
    connection.close()

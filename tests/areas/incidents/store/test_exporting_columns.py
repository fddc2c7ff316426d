"""Export: masks in the columns of tables, beside those in the texts of events."""

import json
from pathlib import Path

import pytest

from console.areas import area_migrations, area_projections
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile, read_profile
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.exporting_preview import preview
from console.areas.incidents.store.importing import import_bundle
from console.store.database import open_plain, open_reader
from tests.areas.incidents.store.bundles import (
    KEY,
    MADE_MS,
    asked,
    export,
    make_store,
    members_of,
)
from tests.store_filling import START_MS, fill_store, read_text


def test_masks_of_different_values_stay_different_where_a_table_takes_a_value_once(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.db")
    connection = open_plain(store)
    mails = [f"anna.{number}@example.org" for number in range(5)]
    connection.executemany("INSERT INTO sources (name, url, transport, first_seen, last_seen) VALUES (?,'','sse',0,0)",
                           [(mail,) for mail in mails])  # fmt: skip
    connection.close()
    export(store, tmp_path / "a.vcb")
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    names = {str(row[0]) for row in asked(tmp_path / "b.db", "SELECT name FROM sources")}
    assert len(names) == 6
    assert not any(mail in name for mail in mails for name in names)
    export(tmp_path / "b.db", tmp_path / "b.vcb")
    assert members_of(tmp_path / "a.vcb")["tables/sources.ndjson"] == members_of(tmp_path / "b.vcb")["tables/sources.ndjson"]


def test_what_the_sweep_makes_alike_stays_different_too(tmp_path: Path) -> None:
    """Endpoints that are masked at one path stand openly among the values of errors, where each stands once."""
    at = {"timestamp": START_MS, "service": "server"}
    names = [f"/things/of-{name}" for name in ("kowalska", "petrowna")]
    texts = [
        {**at, "eventType": "performance", "data": {"operation": name}, "performance": {"duration": 3}} for name in names
    ]
    texts += [
        {**at, "eventType": "error", "data": {"message": "lost", "request": {"method": "GET", "url": name}}}
        for name in names
    ]
    events = [read_text(json.dumps(text)) for text in texts]
    fill_store(tmp_path / "a.db", events, migrations=area_migrations(), projections=area_projections())
    profile = read_profile('[paths]\nmask = ["data.operation"]\n', default_profile())
    export_bundle(tmp_path / "a.db", Selection(), profile, tmp_path / "a.vcb", workers=0, key=KEY)
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    values = asked(tmp_path / "b.db", "SELECT text FROM errors_value WHERE text LIKE '%masked%'")
    assert len(set(values)) == len(values) == 2
    assert not any(name.encode() in content for name in names for content in members_of(tmp_path / "a.vcb").values())


def test_what_is_masked_for_its_path_goes_from_the_columns_too(store: Path, tmp_path: Path) -> None:
    """Words and numbers so plain that they cannot be told from others elsewhere."""
    profile = read_profile('[paths]\nmask = ["data.message", "performance.duration"]', default_profile())
    export_bundle(store, Selection(), profile, tmp_path / "a.vcb", workers=0, key=KEY, clock=lambda: MADE_MS)
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    sql = "SELECT count(*) FROM events WHERE message LIKE '%joined a circle%' OR duration_ms IS NOT NULL"
    measured = "SELECT count(*) FROM v_events WHERE event_type = 'performance' AND duration_ms IS NOT NULL"
    assert asked(store, sql)[0][0] > 100
    assert asked(store, measured)[0][0] > 100
    assert asked(tmp_path / "b.db", measured) == [(0,)]
    assert asked(tmp_path / "b.db", "SELECT count(*) FROM events WHERE message LIKE '%joined a circle%'") == [(0,)]


def test_the_consoles_own_numbers_may_look_like_an_id_of_a_user(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.db")
    connection = open_plain(store)
    connection.execute("UPDATE events SET id = 12345678 WHERE id = (SELECT max(id) FROM events)")
    connection.execute("UPDATE payloads SET id = 12345678 WHERE id = (SELECT max(id) FROM payloads)")
    text = '{"eventType":"info","data":{"userId":12345678,"message":"12345678 came","order":12345678}}'
    connection.execute("UPDATE payloads SET text = ? WHERE id = 7", (text,))
    connection.execute("UPDATE events SET message = '12345678 came', entity_id = '12345678' WHERE id = 7")
    connection.close()
    export(store, tmp_path / "a.vcb")
    found = members_of(tmp_path / "a.vcb")
    assert b"12345678" not in found["events.ndjson"]
    assert [row.count(b"12345678") for row in found["tables/events.ndjson"].splitlines() if b"12345678" in row] == [1]
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    [[message, entity]] = asked(tmp_path / "b.db", "SELECT message, entity_id FROM events WHERE id = 7")
    assert message == f"{entity} came"
    assert entity.startswith("user_")


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"SharedAccessSignature": "k3J4h5K3j4H5k3J4h5K3j4H5"}, "k3J4h5K3j4H5k3J4h5K3j4H5"),
        ({"x-amz-signature": "abcdef-ghi"}, "abcdef-ghi"),
        ({"aws_kept_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "wJalrXUtnFEMI"),
    ],
)
def test_a_message_put_together_of_names_and_values_is_masked_as_a_text(
    tmp_path: Path, data: dict[str, str], value: str
) -> None:
    text = json.dumps({"eventType": "info", "timestamp": START_MS, "service": "server", "data": data})
    fill_store(tmp_path / "a.db", [read_text(text)], migrations=area_migrations(), projections=area_projections())
    connection = open_reader(tmp_path / "a.db")
    assert value in connection.execute("SELECT message FROM events").fetchone()[0]
    assert preview(connection, Selection(), default_profile()).report.total >= 1
    connection.close()
    export(tmp_path / "a.db", tmp_path / "a.vcb")
    assert not any(value.encode() in content for content in members_of(tmp_path / "a.vcb").values())

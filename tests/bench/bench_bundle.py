"""Export and import of incident bundles from a big store: seconds, and the most memory of all processes together.

python -m tests.bench.bench_bundle --dir DIR [--events 1000000] [--workers 2] [--rounds 1] [--secrets N] [--html]

The store `query-N.db` of bench_query is used where DIR has it, else built. Bounds: a million events in 60 s each way with
300 MB, a bundle of 100,000 events opens in 3 s. `--secrets`: instead, only an export of a copy of which N events have a token
each, every thousandth also openly in the next event; 300 MB are the bound for any N, and none of them may survive.
`--html`: instead, an export with the report, whose page is measured as well.
"""

import argparse
import base64
import hashlib
import re
import resource
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from console.areas import area_bundled, area_migrations, area_projections
from console.areas.incidents.core.bundle.members import EVENTS, REPORT
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.exporting_preview import estimate, preview
from console.areas.incidents.store.importing import check_bundle, import_bundle
from console.areas.incidents.store.reporting import make_report
from console.store.database import open_plain, open_reader
from tests.bench.bench_query import build

OPENED = 100_000
EVERY = 1_000
SAMPLE_S = 0.1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--secrets", type=int, default=0)
    parser.add_argument("--html", action="store_true")
    options = parser.parse_args()
    for _ in range(options.rounds):
        store = build(options.dir / f"query-{options.events}.db", options.events)
        if options.secrets:
            run_secrets(store, options.dir, options.workers, options.secrets)
        elif options.html:
            run_html(store, options.dir, options.workers)
        else:
            run(store, options.dir, options.workers)


def run(store: Path, folder: Path, workers: int) -> None:
    connection = open_reader(store)
    first, last = connection.execute("SELECT min(ts), max(ts) FROM events").fetchone()
    middle = connection.execute("SELECT ts FROM events ORDER BY id LIMIT 1 OFFSET ?", (OPENED,)).fetchone()
    measured("estimate of everything", lambda: estimate(connection, Selection()))
    measured("preview of everything", lambda: preview(connection, Selection(), default_profile(), 200))
    connection.close()
    whole, part = folder / "bench-whole.vcb", folder / "bench-part.vcb"
    exported = measured(
        "export of everything", lambda: export_bundle(store, Selection(), default_profile(), whole, workers=workers)
    )
    content = sum(member.bytes for member in exported.manifest.members.values())
    print(f"{'':28} {exported.manifest.counts.events:,} events, {exported.bytes / 1e6:,.1f} MB of {content / 1e6:,.1f} MB")
    print(f"{'':28} masked {dict(exported.report.by_rule())}")
    measured("verify", lambda: check_bundle(whole))
    imported("import of everything", whole, folder)
    wanted = Selection(first, (middle or (last,))[0] - 1)
    measured(f"export of {OPENED:,}", lambda: export_bundle(store, wanted, default_profile(), part, workers=workers))
    imported(f"import of {OPENED:,}", part, folder)
    whole.unlink()
    part.unlink()


def run_secrets(store: Path, folder: Path, workers: int, secrets: int) -> None:
    planted, bundle = folder / f"bench-{secrets}-secrets.db", folder / "bench-secrets.vcb"
    if not planted.exists():
        plant(store, planted, secrets)
    exported = measured(
        f"export, {secrets:,} secrets",
        lambda: export_bundle(planted, Selection(), default_profile(), bundle, workers=workers),
    )
    print(f"{'':28} {exported.bytes / 1e6:,.1f} MB, masked {dict(exported.report.by_rule())}")
    sought = {form for number in range(0, secrets, EVERY) for form in forms_of(secret(number))}
    with Archive(bundle) as archive:
        left = sum(
            form in content
            for lines in archive.lines(EVENTS)
            for content in (b"\n".join(lines),)
            if b"planted" in content
            for form in sought.intersection(re.findall(rb"[0-9A-Za-z]{16,}", content))
        )
    print(f"{'':28} {len(range(0, secrets, EVERY)):,} stood openly elsewhere, {left:,} survived")
    bundle.unlink()


def plant(store: Path, path: Path, secrets: int) -> None:
    """Copy a store and write a token into so many of its events; some stand openly in the next event as well."""
    shutil.copyfile(store, path)
    connection = open_plain(path)
    found = connection.execute("SELECT id FROM payloads WHERE text LIKE '%\"data\":{%' ORDER BY id LIMIT ?", (secrets + 1,))
    ids = [row[0] for row in found]
    put = "UPDATE payloads SET text = replace(text, '\"data\":{', ?) WHERE id = ?"
    connection.execute("BEGIN")
    connection.executemany(put, ((f'"data":{{"token":"{secret(n)}",', one) for n, one in enumerate(ids[:secrets])))
    shown = ((n, forms_of(secret(n))[n // EVERY % 3].decode()) for n in range(0, secrets, EVERY))
    connection.executemany(put, ((f'"data":{{"planted":"it was {form} then",', ids[n + 1]) for n, form in shown))
    connection.execute("COMMIT")
    connection.close()


def secret(number: int) -> str:
    return hashlib.sha256(b"secret %d" % number).hexdigest()[:24]


def forms_of(value: str) -> tuple[bytes, ...]:
    raw = value.encode()
    return raw, base64.b64encode(raw), raw.hex().encode()


def run_html(store: Path, folder: Path, workers: int) -> None:
    bundle = folder / "bench-html.vcb"
    exported = measured(
        "export with report",
        lambda: export_bundle(store, Selection(), default_profile(), bundle, workers=workers, report=make_report),
    )
    print(f"{'':28} the page has {exported.manifest.members[REPORT].bytes / 1e6:,.2f} MB")
    bundle.unlink()


def imported(name: str, bundle: Path, folder: Path) -> None:
    db = folder / "bench-imported.db"
    db.unlink(missing_ok=True)
    measured(name, lambda: import_bundle(bundle, db))
    db.unlink()


def measured(name: str, work: Callable[[], Any]) -> Any:
    """Run it; print its seconds, those of all processors, and the most memory of all processes (PSS: what is shared counts once)."""
    for module in (area_bundled, area_migrations, area_projections):
        module()  # imported before the clock runs
    peak = Peak()
    started, busy = time.perf_counter(), cpu_s()
    result = work()
    took, busy = time.perf_counter() - started, cpu_s() - busy
    print(f"{name:28} {took:7.2f} s  cpu {busy:7.2f} s  {peak.stop() / 1e6:7.1f} MB", flush=True)
    return result


def cpu_s() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Peak:
    """The highest sum of unique memory of this process and its children, looked at on a thread."""

    def __init__(self) -> None:
        self._highest = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._stopping.set()
        self._thread.join()
        return self._highest

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._stopping.wait(SAMPLE_S):
            total = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self._highest = max(self._highest, total)


if __name__ == "__main__":
    main()

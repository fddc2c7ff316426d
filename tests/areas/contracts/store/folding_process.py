"""A process that writes checked exchanges until it is killed; says a line for each commit.

python -m tests.areas.contracts.store.folding_process DB [--end]: one event more, and an orderly end.
"""

import itertools
import sys
import threading
from pathlib import Path

from console.areas.contracts.store import COMMANDS, MIGRATIONS, projection
from console.model.facts import Arrived, SourceAttached
from console.store.writer import Writer
from tests.areas.contracts.store.contract_store import check, contract
from tests.store_filling import START_MS


def main(path: Path, *, is_end: bool) -> None:
    committed = threading.Semaphore(0)
    writer = Writer(
        path, projections=[("contracts", projection())], migrations=[("contracts", MIGRATIONS)],
        on_commit=lambda *_: committed.release(),
    )  # fmt: skip
    writer.submit(SourceAttached("s", "ws://127.0.0.1/s", "websocket", START_MS))
    writer.call(lambda connection: COMMANDS["save"](connection, {"document": contract()}, START_MS))
    epoch = str(threading.get_native_id())
    for n in itertools.count(1):
        event = check(START_MS + n, params={"q": "plan"} if n % 3 else {})
        writer.submit(Arrived("s", epoch, n, [event], START_MS + n))
        committed.acquire()
        if is_end:
            break
        sys.stdout.write(f"{n}\n")
        sys.stdout.flush()
    writer.close()
    sys.stdout.write("end\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), is_end="--end" in sys.argv)

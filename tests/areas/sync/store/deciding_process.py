"""A process that decides about issues of a store until it is killed; says each decision once it has been told "done".

python -m tests.areas.sync.store.deciding_process DB
"""

import sys
import threading
from pathlib import Path
from typing import Any

from console.areas.sync.store import COMMANDS, MIGRATIONS, projection
from console.model.clock import wall_clock
from console.store.writer import Writer


def main(path: Path) -> None:
    writer = Writer(path, projections=[("sync", projection())], migrations=[("sync", MIGRATIONS)])
    issue = 0
    while True:
        issue += 1
        for name, args in (
            ("choose", {"path": ["title"], "choice": "edit", "value": f"by hand {issue}"}),
            ("choose", {"path": ["version"], "choice": "remote"}),
            ("send", {}),
        ):
            _do(writer, name, {"issue": issue, "who": "ana", **args})
            sys.stdout.write(f"{issue} {name} {args.get('choice', '')}\n")
            sys.stdout.flush()


def _do(writer: Writer, name: str, args: dict[str, Any]) -> None:
    answered, answers = threading.Event(), list[Any]()

    def done(result: Any) -> None:
        answers.append(result)
        answered.set()

    writer.call(lambda connection: COMMANDS[name](connection, args, wall_clock()), done)
    answered.wait()
    if isinstance(answers[0], Exception):
        raise answers[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))

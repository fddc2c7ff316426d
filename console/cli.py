"""The command line. Each command imports what it needs when it runs; none but the window needs Qt.

Exit codes: 0 done; 1 a fault, said on stderr; 2 wrong arguments or filter; 3 the store cannot be used;
4 no source could be attached.
"""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from console import __version__

app = typer.Typer(
    name="vivim-console",
    help="Debug console for VIVIM: attach to debug streams, keep every event, watch, search, explain.",
    epilog="Exit codes: 0 done, 1 fault, 2 wrong arguments or filter, 3 store unusable, 4 no source attached.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FAULT, USAGE, STORE, NO_SOURCE = 1, 2, 3, 4

SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", "-s", metavar="NAME=URL", help="ws://, wss://, sse+http(s):// or a JSONL file's path (repeatable). "
        "A token comes from the environment (VIVIM_TOKEN_<NAME>) or the keyring, never from here."
    ),
]  # fmt: skip
DbOption = Annotated[Path | None, typer.Option("--db", help="The store's file. Default: the console's own.", dir_okay=False)]


def _fail(code: int, text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"vivim-console {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    source: SourceOption = None,
    db: DbOption = None,
    theme: Annotated[str, typer.Option(help="light, dark or system.")] = "",
    place: Annotated[str | None, typer.Option(help="A console:// address to open.")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Open the window (when no command is given)."""
    if context.invoked_subcommand is not None:
        return
    from console.commands.window import open_window

    raise typer.Exit(open_window(_store_path(db), source or [], theme, place))


@app.command()
def demo(
    db: DbOption = None,
    rate: Annotated[float, typer.Option(min=1, max=5000, help="Events per second over the three services.")] = 50,
    seed: Annotated[int, typer.Option(help="Chooses what the services do.")] = 1,
    dsn: Annotated[str | None, typer.Option(envvar="VIVIM_DEMO_DSN", help="PostgreSQL for the demo's server.")] = None,
    headless: Annotated[bool, typer.Option(help="No window: a live summary in the terminal.")] = False,
    screenshots: Annotated[Path | None, typer.Option(help="Draw the real windows offscreen into this folder.")] = None,
    seconds: Annotated[str | None, typer.Option("--for", help="Stop after so long, as in 30s (headless).")] = None,
    theme: Annotated[str, typer.Option(help="light, dark or system.")] = "",
) -> None:
    """Start three small real services that fail in real ways, and attach to them."""
    from console.commands.demo import run_demo

    raise typer.Exit(run_demo(_store_path(db, "demo.db"), rate, seed, dsn, headless, screenshots, _seconds(seconds), theme))


@app.command()
def collect(
    source: SourceOption = None,
    db: DbOption = None,
    seconds: Annotated[str | None, typer.Option("--for", help="Stop after so long, as in 30s, 5m.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="The last line is one JSON object of exact counts.")] = False,
    durable: Annotated[bool, typer.Option(help="Wait for the disk at each commit.")] = False,
    keep_age: Annotated[str | None, typer.Option(help="Delete older events, as in 12h, 7d. Pinned ones stay.")] = None,
    keep_events: Annotated[int | None, typer.Option(min=1, help="Keep at most so many events, the newest.")] = None,
    keep_size: Annotated[str | None, typer.Option(help="Keep at most so many bytes, as in 500MB, 2GB.")] = None,
) -> None:
    """Attach to sources without a window and keep every event. Ends when all files are read, after --for, or at Ctrl+C."""
    from console.commands.collect import run_collect
    from console.store.retention import Limits

    if not source:
        _fail(USAGE, "collect: give at least one --source NAME=URL, as in --source server=ws://127.0.0.1:9000")
    age_s = _seconds(keep_age, "--keep-age")
    limits = Limits(round(age_s * 1000) if age_s else None, keep_events, _bytes(keep_size))
    raise typer.Exit(run_collect(_store_path(db), source, _seconds(seconds), json_output, durable, limits))


@app.command()
def query(
    text: Annotated[str, typer.Argument(metavar="FILTER", help="The filter, as in: level:error service:server")] = "",
    db: DbOption = None,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    csv_output: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The newest so many.")] = 100,
    sql: Annotated[str | None, typer.Option(help="A SELECT over v_events, v_gaps instead of a filter; read-only.")] = None,
) -> None:
    """Print events that match a filter, oldest first. Rows that are no events come only for is:gap and is:quarantined."""
    from console.commands.query import run_query

    raise typer.Exit(
        run_query(_store_path(db), text, sql, "json" if json_output else "csv" if csv_output else "text", limit)
    )


@app.command()
def sources(
    db: DbOption = None,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what the store has of each source: events, gaps, unknown intervals, quarantine."""
    from console.commands.query import run_sources

    raise typer.Exit(run_sources(_store_path(db), json_output))


errors_app = typer.Typer(help="Groups of errors: list, show, and decide about them.", no_args_is_help=False)
app.add_typer(errors_app, name="errors")

JsonOption = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
GroupsArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="Numbers, or beginnings of fingerprints.")]
GroupArgument = Annotated[str, typer.Argument(metavar="ID", help="A number, or the beginning of a fingerprint.")]
NoteOption = Annotated[str | None, typer.Option(help="Why; kept with the group.")]
StatusOption = Annotated[
    list[str] | None, typer.Option(help="pending, regressed, workaround, resolved, ignored or all (default: what is open).")
]
SinceOption = Annotated[str | None, typer.Option(help="Only groups with events since so long ago, as in 1h, 7d.")]
OrderOption = Annotated[str, typer.Option(help="last, first, count, severity or trend.")]
LimitOption = Annotated[int, typer.Option(min=1, max=20_000, help="At most so many groups.")]
WordsOption = Annotated[str, typer.Option(help="Only groups with these words in title, place, category, service or note.")]


@errors_app.callback(invoke_without_command=True)
def errors(
    context: typer.Context,
    db: DbOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    order: OrderOption = "last",
    words: WordsOption = "",
    limit: LimitOption = 50,
    json_output: JsonOption = False,
) -> None:
    """List the groups of errors (when no subcommand is given)."""
    context.obj = db
    if context.invoked_subcommand is None:
        errors_list(context, db, status, since, order, words, limit, json_output)


@errors_app.command("list")
def errors_list(
    context: typer.Context,
    db: DbOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    order: OrderOption = "last",
    words: WordsOption = "",
    limit: LimitOption = 50,
    json_output: JsonOption = False,
) -> None:
    """List the groups of errors, one a line."""
    if order not in ("last", "first", "count", "severity", "trend"):
        _fail(USAGE, f"--order {order[:20]!r}: give last, first, count, severity or trend")
    from console.commands.errors import run_list

    raise typer.Exit(
        run_list(
            _store_path(db or context.obj), words=words, statuses=status or (), since_s=_seconds(since, "--since"),
            order=order, limit=limit, as_json=json_output,
        )
    )  # fmt: skip


@errors_app.command("show")
def errors_show(context: typer.Context, group: GroupArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Show one group: why its events are one, what they share, the newest of them."""
    from console.commands.errors import run_show

    raise typer.Exit(run_show(_store_path(db or context.obj), group, json_output))


def _status_command(name: str, status: str, words: str) -> None:
    def run(
        context: typer.Context,
        groups: GroupsArgument,
        note: NoteOption = None,
        db: DbOption = None,
        json_output: JsonOption = False,
    ) -> None:
        _change_errors(context, db, "status", groups, {"status": status, "note": note}, json_output)

    errors_app.command(name, help=words)(run)


_status_command("resolve", "resolved", "Mark groups as resolved; a newer event makes them regressed.")
_status_command("ignore", "ignored", "Ignore groups.")
_status_command("workaround", "workaround", "Note that there is a way around.")
_status_command("reopen", "pending", "Make groups pending again.")


@errors_app.command("merge")
def errors_merge(
    context: typer.Context,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The group that the others become part of.")],
    groups: GroupsArgument,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Make several groups one; later events follow."""
    _change_errors(context, db, "merge", [into, *groups], {}, json_output)


@errors_app.command("split")
def errors_split(
    context: typer.Context,
    group: GroupArgument,
    facet: Annotated[str | None, typer.Option(help="By service, user, version, environment, endpoint, browser, …")] = None,
    value: Annotated[str | None, typer.Option(help="Only this value of the facet.")] = None,
    message: Annotated[str | None, typer.Option(help="By messages like this; * stands for anything.")] = None,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Give some events of a group groups of their own; later ones follow."""
    _change_errors(context, db, "split", [group], {"facet": facet, "value": value, "message": message}, json_output)


@errors_app.command("undo")
def errors_undo(
    context: typer.Context,
    steps: Annotated[int, typer.Option(min=1, max=100, help="How many changes to take back.")] = 1,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Take the last change back."""
    _change_errors(context, db, "undo", [], {"steps": steps}, json_output)


@errors_app.command("regroup")
def errors_regroup(context: typer.Context, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Group all stored errors anew by today's rules; statuses, notes, merges and splits stay."""
    _change_errors(context, db, "regroup", [], {}, json_output)


@errors_app.command("producer")
def errors_producer(
    context: typer.Context,
    use: Annotated[bool, typer.Option("--use/--own-rules", help="The producer's own fingerprint, or our rules.")],
    service: Annotated[str, typer.Option(help="Only for this service.")] = "",
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Choose whether the producer's own fingerprint decides."""
    _change_errors(context, db, "producer", [], {"service": service, "use": use}, json_output)


def _change_errors(
    context: typer.Context, db: Path | None, name: str, groups: list[str], args: dict[str, object], json_output: bool
) -> NoReturn:
    from console.commands.errors import run_change

    raise typer.Exit(run_change(_store_path(db or context.obj), name, groups, args, json_output))


@app.command()
def trace(
    asked: Annotated[str, typer.Argument(metavar="ID", help="Any id of the trace, or event:NUMBER.")],
    db: DbOption = None,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON object with all facts.")] = False,
    as_told: Annotated[bool, typer.Option(help="Times as the services' clocks tell them, not corrected.")] = False,
) -> None:
    """Print one request across all services: lanes, durations, clocks, the first failure."""
    from console.commands.trace import run_trace

    raise typer.Exit(run_trace(_store_path(db), asked, json_output, as_told))


@app.command()
def doctor(db: DbOption = None) -> None:
    """Say which versions run, which system packages are missing, and whether the store is sound."""
    from console.commands.doctor import run_doctor

    raise typer.Exit(run_doctor(_store_path(db)))


@app.command("ingest-process", hidden=True)
def ingest_process(db: Annotated[Path, typer.Option("--db")]) -> None:
    """The window's child: JSON lines over stdin and stdout (see console.ingest.process)."""
    from console.commands.collect import run_ingest_process

    raise typer.Exit(run_ingest_process(db))


def _store_path(db: Path | None, name: str = "console.db") -> Path:
    if db is not None:
        return db
    from platformdirs import user_data_path

    return user_data_path("vivim-console") / name


def _seconds(text: str | None, option: str = "--for") -> float | None:
    if text is None:
        return None
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    value = _number(number) * units[unit]
    if not 0 < value < 1e10:
        _fail(USAGE, f"{option} {text[:20]!r}: give a time such as 30s, 5m, 1h or 7d")
    return value


def _bytes(text: str | None) -> int | None:
    if text is None:
        return None
    units = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
    lower = text.lower()
    number, unit = (lower[:-2], units[lower[-2:]]) if lower[-2:] in units else (lower, 1)
    value = _number(number) * unit
    if not 0 < value < 1e15:
        _fail(USAGE, f"--keep-size {text[:20]!r}: give a size such as 500MB or 2GB")
    return int(value)


def _number(text: str) -> float:
    """Return the number that a text is, 0 where it is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0

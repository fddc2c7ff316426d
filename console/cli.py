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

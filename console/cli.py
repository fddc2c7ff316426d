"""The command line. Each command imports what it needs when it runs; none but the window needs Qt.

Exit codes: 0 done; 1 a fault, said on stderr; 2 wrong arguments or filter; 3 the store cannot be used;
4 no source could be attached.
"""

from pathlib import Path
from typing import Annotated

import typer

from console import __version__
from console.cli_contracts import contracts_app
from console.cli_errors import errors_app
from console.cli_incidents import OpensFiles, incidents_app
from console.cli_options import USAGE, DbOption, fail, parse_bytes, seconds_of, store_path
from console.cli_sync import conflicts_app, sync_app

app = typer.Typer(
    name="vivim-console",
    cls=OpensFiles,
    help="Debug console for VIVIM: attach to debug streams, keep every event, watch, search, explain.",
    epilog="Exit codes: 0 done, 1 fault, 2 wrong arguments or filter, 3 store unusable, 4 no source attached.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(errors_app, name="errors")
app.add_typer(sync_app, name="sync")
app.add_typer(conflicts_app, name="conflicts")
app.add_typer(contracts_app, name="contracts")
app.add_typer(incidents_app)

SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", "-s", metavar="NAME=URL", help="ws://, wss://, sse+http(s):// or a JSONL file's path (repeatable). "
        "A token comes from the environment (VIVIM_TOKEN_<NAME>) or the keyring, never from here."
    ),
]  # fmt: skip


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
    incident: Annotated[
        Path | None, typer.Option("--open", metavar="FILE", help="Open a bundle, HAR, JSONL or recorded posts, read-only.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Open the window (when no command is given)."""
    if context.invoked_subcommand is not None:
        return
    if incident is not None:
        from console.commands.incidents_window import open_incident

        raise typer.Exit(open_incident(incident, theme))
    from console.commands.window import open_window

    raise typer.Exit(open_window(store_path(db), source or [], theme, place))


@app.command()
def demo(
    db: DbOption = None,
    rate: Annotated[float, typer.Option(min=1, max=5000, help="Events per second over the three services.")] = 100,
    seed: Annotated[int, typer.Option(help="Chooses what the services do.")] = 1,
    dsn: Annotated[str | None, typer.Option(envvar="VIVIM_DEMO_DSN", help="PostgreSQL for the demo's server.")] = None,
    headless: Annotated[bool, typer.Option(help="No window: a live summary in the terminal.")] = False,
    screenshots: Annotated[Path | None, typer.Option(help="Draw the real windows offscreen into this folder.")] = None,
    seconds: Annotated[str | None, typer.Option("--for", help="Stop after so long, as in 30s (headless).")] = None,
    theme: Annotated[str, typer.Option(help="light, dark or system.")] = "",
) -> None:
    """Start three small real services that fail in real ways, and attach to them."""
    from console.commands.demo import run_demo

    raise typer.Exit(run_demo(store_path(db, "demo.db"), rate, seed, dsn, headless, screenshots, seconds_of(seconds), theme))


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
        fail(USAGE, "collect: give at least one --source NAME=URL, as in --source server=ws://127.0.0.1:9000")
    age_s = seconds_of(keep_age, "--keep-age")
    limits = Limits(round(age_s * 1000) if age_s else None, keep_events, parse_bytes(keep_size))
    raise typer.Exit(run_collect(store_path(db), source, seconds_of(seconds), json_output, durable, limits))


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

    raise typer.Exit(run_query(store_path(db), text, sql, "json" if json_output else "csv" if csv_output else "text", limit))


@app.command()
def sources(
    db: DbOption = None,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what the store has of each source: events, gaps, unknown intervals, quarantine."""
    from console.commands.query import run_sources

    raise typer.Exit(run_sources(store_path(db), json_output))


@app.command()
def trace(
    asked: Annotated[str, typer.Argument(metavar="ID", help="Any id of the trace, or event:NUMBER.")],
    db: DbOption = None,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON object with all facts.")] = False,
    as_told: Annotated[bool, typer.Option(help="Times as the services' clocks tell them, not corrected.")] = False,
) -> None:
    """Print one request across all services: lanes, durations, clocks, the first failure."""
    from console.commands.trace import run_trace

    raise typer.Exit(run_trace(store_path(db), asked, json_output, as_told))


@app.command()
def doctor(db: DbOption = None) -> None:
    """Say which versions run, which system packages are missing, and whether the store is sound."""
    from console.commands.doctor import run_doctor

    raise typer.Exit(run_doctor(store_path(db)))


@app.command("ingest-process", hidden=True)
def ingest_process(db: Annotated[Path, typer.Option("--db")]) -> None:
    """The window's child: JSON lines over stdin and stdout (see console.ingest.process)."""
    from console.commands.collect import run_ingest_process

    raise typer.Exit(run_ingest_process(db))


@app.command("incident-process", hidden=True)
def incident_process() -> None:
    """The window's child for work on bundles: one job as a JSON line on stdin (see console.commands.incident_process)."""
    from console.commands.incident_process import run_incident_process

    raise typer.Exit(run_incident_process())

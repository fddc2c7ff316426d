"""`sync` and `conflicts` with their subcommands on the command line."""

from typing import Annotated

import typer

from console.cli_options import USAGE, DbOption, JsonOption, fail, seconds_of, store_path

sync_app = typer.Typer(help="Replicas and how they stand to each other.", no_args_is_help=True)
conflicts_app = typer.Typer(help="Sync issues: list, show and settle them.", no_args_is_help=True)

IssueArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="The issue's number.")]
STRATEGIES = ("server_wins", "client_wins", "merge", "reject")


@sync_app.command("status")
def sync_status(db: DbOption = None, json_output: JsonOption = False) -> None:
    """Say how each replica is doing and why, which entities differ, and how many issues are unsettled."""
    from console.commands.sync import run_status

    raise typer.Exit(run_status(store_path(db), json_output))


@conflicts_app.command("list")
def conflicts_list(
    db: DbOption = None,
    state: Annotated[
        list[str] | None, typer.Option(help="open, reopened, resolving, resolved, rejected or all (default: unsettled).")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="conflict, divergence, missing_data, order_violation, …")] = None,
    entity: Annotated[str, typer.Option(metavar="TYPE or TYPE/ID", help="Only of this entity.")] = "",
    service: Annotated[str, typer.Option(help="Only what this service told.")] = "",
    words: Annotated[str, typer.Option(help="Only issues with these words in type, entity, fields or text.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="At most so many issues.")] = 100,
    json_output: JsonOption = False,
) -> None:
    """List sync issues, one a line: the unsettled first, worst and oldest first."""
    from console.commands.sync import Wanted, run_list

    wanted = Wanted(tuple(state or ()), tuple(kind or ()), entity, service, words, limit)
    raise typer.Exit(run_list(store_path(db), wanted, json_output))


@conflicts_app.command("show")
def conflicts_show(issue: IssueArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Show one issue: both sides and what they come from, what is decided, what was sent, what happened."""
    from console.commands.sync import run_show

    raise typer.Exit(run_show(store_path(db), issue, json_output))


@conflicts_app.command("resolve")
def conflicts_resolve(
    issues: Annotated[list[int], typer.Argument(metavar="ID...", min=1, help="Numbers of issues.")],
    strategy: Annotated[str, typer.Option(help=f"{', '.join(STRATEGIES)}; without one what is decided is sent.")] = "",
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=CHOICE", help="base, local, remote, both, delete, merged or edit:JSON; repeatable."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why; kept in the record, and sent along.")] = "",
    wait: Annotated[str | None, typer.Option(help="Wait so long for the answer, as in 10s; no answer is a fault.")] = None,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Decide, and send the resolution to the service that told of the issue."""
    if strategy and strategy not in STRATEGIES:
        fail(USAGE, f"--strategy {strategy[:20]!r}: give {', '.join(STRATEGIES)}")
    if strategy and choose:
        fail(USAGE, "give either --strategy or --choose")
    if strategy == "reject" and not note.strip():
        fail(USAGE, "a rejection needs a --note that says why")
    from console.commands.sync_settling import Settling, run_resolve

    settling = Settling(strategy, tuple(choose or ()), note, seconds_of(wait, "--wait"))
    raise typer.Exit(run_resolve(store_path(db), issues, settling, json_output))


@conflicts_app.command("dry-run")
def conflicts_dry_run(db: DbOption = None, json_output: JsonOption = False) -> None:
    """Say what the rules would settle by themselves, what remains, and why; changes nothing."""
    from console.commands.sync import run_dry_run

    raise typer.Exit(run_dry_run(store_path(db), json_output))

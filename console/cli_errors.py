"""`errors` and its subcommands on the command line."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from console.cli_options import USAGE, DbOption, JsonOption, fail, seconds_of, store_path

errors_app = typer.Typer(help="Groups of errors: list, show, and decide about them.", no_args_is_help=False)
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
        fail(USAGE, f"--order {order[:20]!r}: give last, first, count, severity or trend")
    from console.commands.errors import run_list

    raise typer.Exit(
        run_list(
            store_path(db or context.obj), words=words, statuses=status or (), since_s=seconds_of(since, "--since"),
            order=order, limit=limit, as_json=json_output,
        )
    )  # fmt: skip


@errors_app.command("show")
def errors_show(context: typer.Context, group: GroupArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Show one group: why its events are one, what they share, the newest of them."""
    from console.commands.errors import run_show

    raise typer.Exit(run_show(store_path(db or context.obj), group, json_output))


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

    raise typer.Exit(run_change(store_path(db or context.obj), name, groups, args, json_output))

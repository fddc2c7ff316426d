"""`export`, `import`, `open`, `bundle`, `redact` and `sessions` on the command line."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from console.cli_options import USAGE, DbOption, JsonOption, fail, seconds_of, store_path

FILES = (".vcb", ".har", ".jsonl", ".ndjson", ".json")
"""What the window opens as an incident when it is named where a command could stand."""
_CODES = "Exit codes: 0 done, 1 {}, 2 wrong arguments, 3 {}."

incidents_app = typer.Typer()
bundle_app = typer.Typer(help="Look at an incident bundle without opening it.", no_args_is_help=True)
sessions_app = typer.Typer(
    help="What the store holds, by session: from the first source attached to the last one gone.", no_args_is_help=True
)
incidents_app.add_typer(bundle_app, name="bundle")
incidents_app.add_typer(sessions_app, name="sessions")

BundleArgument = Annotated[Path, typer.Argument(metavar="BUNDLE", help="An incident bundle (.vcb).", dir_okay=False)]
ProfileOption = Annotated[
    Path | None, typer.Option(help="Masks more: a profile in TOML, added to what is masked anyway.", dir_okay=False)
]
SessionArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="The session's number.")]
TIMES = "So long ago (15m, 2h, 7d) or a time (14:30, 2026-11-24T14:30)."


class OpensFiles(TyperGroup):
    """A group that takes a file's name for `open` with that file: `vivim-console incident.vcb`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and args[0].lower().endswith(FILES):
            args = ["open", *args]
        return super().resolve_command(ctx, args)


@incidents_app.command(
    "export",
    epilog=_CODES.format(
        "refused, nothing matched or cancelled: nothing was written", "the store cannot be used or the file not be written"
    ),
)
def export(
    text: Annotated[str, typer.Argument(metavar="FILTER", help="Which events, as in: level:error service:server")] = "",
    out: Annotated[Path | None, typer.Option(help="The file to write, as in incident.vcb.", dir_okay=False)] = None,
    since: Annotated[str, typer.Option(help=TIMES)] = "",
    until: Annotated[str, typer.Option(help=TIMES)] = "",
    correlation: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="What has this correlation id (repeatable).")
    ] = None,
    group: Annotated[list[int] | None, typer.Option(min=1, metavar="N", help="This group of errors (repeatable).")] = None,
    conflict: Annotated[list[int] | None, typer.Option(min=1, metavar="N", help="This sync issue (repeatable).")] = None,
    session: Annotated[int | None, typer.Option(min=1, metavar="N", help="This session.")] = None,
    around: Annotated[str | None, typer.Option(help="And all events so long before and after, as in 30s.")] = None,
    html: Annotated[
        bool, typer.Option("--html", help="And a report that any browser shows: in the bundle, and beside it.")
    ] = False,
    har: Annotated[bool, typer.Option("--har", help="A HAR file of requests and responses instead of a bundle.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="The events, one a line, instead of a bundle.")] = False,
    title: Annotated[str, typer.Option(help="What it is about.")] = "",
    note: Annotated[
        list[Path] | None, typer.Option(metavar="FILE.md", help="Notes in Markdown, masked as well (repeatable).")
    ] = None,
    profile: ProfileOption = None,
    db: DbOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be in it and what masked; write nothing.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the file that is there.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Pack an incident into one file for a colleague, with secrets masked. It is there whole or not at all."""
    if out is None and not dry_run:
        fail(USAGE, "export: give --out FILE, or --dry-run to see what would be in it")
    if har and jsonl:
        fail(USAGE, "export: give --har or --jsonl, not both")
    if (har or jsonl) and (html or title or note):
        kind = "HAR file" if har else "JSONL file"
        fail(USAGE, f"export: a {kind} takes neither --html nor --title nor --note")
    from console.commands.incidents import run_export
    from console.commands.incidents_asked import Target, Wanted

    wanted = Wanted(
        text, since, until, tuple(correlation or ()), tuple(group or ()), tuple(conflict or ()), session,
        seconds_of(around, "--around") or 0.0,
    )  # fmt: skip
    form = "none" if dry_run else "har" if har else "jsonl" if jsonl else "bundle"
    target = Target(out, form, html, title, tuple(note or ()), profile, replace)
    raise typer.Exit(run_export(store_path(db), wanted, target, json_output))


@incidents_app.command(
    "import", epilog=_CODES.format("the file is refused, which member and why; no store was made", "a file cannot be used")
)
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle, HAR, JSONL or recorded posts.", dir_okay=False)],
    db: Annotated[Path, typer.Option("--db", help="The new store to make; nothing may be there.", dir_okay=False)],
    json_output: JsonOption = False,
) -> None:
    """Check a bundle and make a new store of it, for every command and view. Nothing is merged with what you have."""
    from console.commands.incidents_import import run_import

    raise typer.Exit(run_import(file, db, json_output))


@incidents_app.command("open", epilog="The same as: vivim-console FILE")
def open_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle, HAR, JSONL or recorded posts.", dir_okay=False)],
) -> None:
    """Open a file in a window of its own, read-only."""
    from console.commands.incidents_window import open_incident

    theme = context.parent.params.get("theme", "") if context.parent else ""
    raise typer.Exit(open_incident(file, theme))


@bundle_app.command("info", epilog=_CODES.format("the file is no sound bundle", "the file cannot be read"))
def bundle_info(file: BundleArgument, json_output: JsonOption = False) -> None:
    """Say what a bundle holds, from its manifest only: nothing else in it is read or believed."""
    from console.commands.bundle import run_info

    raise typer.Exit(run_info(file, json_output))


@bundle_app.command(
    "verify",
    epilog=_CODES.format(
        "the file is refused, which member and why, or it was cancelled", "the file cannot be read, or there is no room"
    ),
)
def bundle_verify(file: BundleArgument, json_output: JsonOption = False) -> None:
    """Check all that an import checks: members, hashes, rows, whether they fit together.

    For this a store is made of it in the folder for temporary files (TMPDIR) and removed again; it takes as long and as much
    room as an import. What was lost or changed is found before that.
    """
    from console.commands.bundle import run_verify

    raise typer.Exit(run_verify(file, json_output))


@incidents_app.command("redact", epilog=_CODES.format("something would be masked", "a file cannot be read"))
def redact(
    check: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Say what would be masked in it, by line; - reads stdin.")
    ] = None,
    profile: ProfileOption = None,
    show_profile: Annotated[
        bool, typer.Option("--show-profile", help="Print the rules that are always used, as TOML.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Try the redaction of bundles on files: line, column, rule and path of what would be masked, never the secret."""
    if show_profile == bool(check):
        fail(USAGE, "redact: give either --check FILE or --show-profile")
    from console.commands.redact import run_check, run_show_profile

    raise typer.Exit(run_show_profile() if show_profile else run_check(check or [], profile, json_output))


@sessions_app.command("list")
def sessions_list(
    db: DbOption = None,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="At most so many, the newest.")] = 100,
    json_output: JsonOption = False,
) -> None:
    """List sessions, the newest first."""
    from console.commands.sessions import run_list

    raise typer.Exit(run_list(store_path(db), limit, json_output))


@sessions_app.command("show")
def sessions_show(session: SessionArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Show one session: its time, sources, events, note."""
    from console.commands.sessions import run_show

    raise typer.Exit(run_show(store_path(db), session, json_output))


@sessions_app.command("compare", epilog=_CODES.format("a fault", "the store cannot be used"))
def sessions_compare(
    before: Annotated[int, typer.Argument(metavar="BEFORE", min=1, help="A session's number.")],
    after: Annotated[int, typer.Argument(metavar="AFTER", min=1, help="Another one's.")],
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Say which groups of errors are new, gone, or changed in rate, and how latencies differ."""
    from console.commands.sessions import run_compare

    raise typer.Exit(run_compare(store_path(db), before, after, json_output))


@sessions_app.command("pin")
def sessions_pin(
    session: SessionArgument,
    note: Annotated[str | None, typer.Option(help="Why; kept with it.")] = None,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Keep a session: no limit on what the store keeps deletes its events."""
    _change(db, "session", session, {"pinned": True} | ({} if note is None else {"note": note}), json_output)


@sessions_app.command("unpin")
def sessions_unpin(session: SessionArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Let the limits delete a session's events again."""
    _change(db, "session", session, {"pinned": False}, json_output)


@sessions_app.command("delete")
def sessions_delete(
    session: SessionArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    db: DbOption = None,
    json_output: JsonOption = False,
) -> None:
    """Delete a session and its events for good."""
    if not yes:
        from console.commands.sessions import confirm_delete

        if code := confirm_delete(store_path(db), session):
            raise typer.Exit(code)
    _change(db, "session_delete", session, {}, json_output)


def _change(db: Path | None, name: str, session: int, args: dict[str, Any], json_output: bool) -> None:
    from console.commands.sessions import run_change

    raise typer.Exit(run_change(store_path(db), name, {"id": session, **args}, json_output))

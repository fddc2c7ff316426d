"""`contracts` and its subcommands on the command line."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from console.cli_options import USAGE, DbOption, JsonOption, fail, seconds_of, store_path

contracts_app = typer.Typer(
    help="What services promised, what they really send, and where the two part ways.", no_args_is_help=True
)

STANDINGS = ("declared", "undeclared", "unseen")
CLASSES = ("BREAKING", "RISKY", "ADDITIVE", "COSMETIC", "STALE")
STATES = ("open", "muted", "accepted", "closed")
FAIL_ON = ("breaking", "risky", "none")
FORMATS = ("json", "yaml", "openapi")

ServiceOption = Annotated[str, typer.Option(help="Only of this service.")]
SinceOption = Annotated[str | None, typer.Option(help="Count since so long ago, as in 1h, 7d (default: all that is kept).")]
SarifOption = Annotated[bool, typer.Option("--sarif", help="One SARIF 2.1.0 log, as code review tools read it.")]
NoteOption = Annotated[str, typer.Option(help="Why; kept with it.")]
FindingsArgument = Annotated[list[int], typer.Argument(metavar="ID...", min=1, help="Numbers of findings.")]


@contracts_app.command("list")
def contracts_list(
    db: DbOption = None,
    service: ServiceOption = "",
    standing: Annotated[str, typer.Option(help=f"{', '.join(STANDINGS)} (default: all).")] = "",
    words: Annotated[str, typer.Option(help="Only endpoints with these words in service, method, path or version.")] = "",
    since: SinceOption = None,
    json_output: JsonOption = False,
) -> None:
    """List endpoints: version, checks, violations, latency against the time-out, drift."""
    if standing and standing not in STANDINGS:
        fail(USAGE, f"--standing {standing[:20]!r}: give {', '.join(STANDINGS)}")
    from console.commands.contracts import run_list

    raise typer.Exit(run_list(store_path(db), words, service, standing, seconds_of(since, "--since"), json_output))


@contracts_app.command("show")
def contracts_show(
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help='A number, or as in "GET /api/v1/conversations".')],
    db: DbOption = None,
    service: Annotated[str, typer.Option(help="Whose endpoint, where several have the same path.")] = "",
    version: Annotated[str, typer.Option(help="Beside which version (default: the one that is checked).")] = "",
    since: SinceOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show one endpoint: what was promised beside what was observed, violations, drift, versions."""
    from console.commands.contracts import run_show

    since_s = seconds_of(since, "--since")
    raise typer.Exit(run_show(store_path(db), endpoint, service, version, since_s, json_output))


@contracts_app.command("violations")
def contracts_violations(
    db: DbOption = None,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too, and past ones: only found by recheck.")] = False,
    since: SinceOption = None,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="At most so many, the newest.")] = 200,
    json_output: JsonOption = False,
    sarif: SarifOption = False,
) -> None:
    """List how contracts were broken: equal violations are one line with a count."""
    from console.commands.contracts import run_violations

    output = _output(json_output, sarif)
    raise typer.Exit(run_violations(store_path(db), every, seconds_of(since, "--since"), limit, output))


@contracts_app.command("drift")
def contracts_drift(
    db: DbOption = None,
    service: ServiceOption = "",
    classes: Annotated[
        list[str] | None, typer.Option("--class", help=f"{', '.join(CLASSES)} (repeatable; default: all).")
    ] = None,
    state: Annotated[list[str] | None, typer.Option(help=f"{', '.join(STATES)} (repeatable; default: open).")] = None,
    fail_on: Annotated[
        str, typer.Option(help="Exit code 1 when there is a finding as bad: breaking, risky or none.")
    ] = "none",
    json_output: JsonOption = False,
    sarif: SarifOption = False,
) -> None:
    """List where traffic has left its contract, worst first, with the rule and how sure it is."""
    from console.commands.contracts import run_drift

    wanted = tuple(_one_of(name.upper(), CLASSES, "--class") for name in classes or ())
    states = tuple(_one_of(name.lower(), STATES, "--state") for name in state or ())
    worst = _one_of(fail_on.lower(), FAIL_ON, "--fail-on")
    code = run_drift(store_path(db), service, wanted or CLASSES, states or ("open",), worst, _output(json_output, sarif))
    raise typer.Exit(code)


@contracts_app.command("import")
def contracts_import(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Contracts or OpenAPI 3 documents, JSON or YAML.")
    ] = None,
    db: DbOption = None,
    examples: Annotated[bool, typer.Option(help="The examples that come with the console.")] = False,
    replace: Annotated[bool, typer.Option(help="Replace a version that is there with another content.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Keep the contracts of files. Exit code 1 when anything was refused or could not be read; the rest is kept.

    Traffic is checked against them from now on; contracts recheck checks what is stored already.
    """
    if not files and not examples:
        fail(USAGE, "contracts import: give at least one file, or --examples")
    from console.commands.contract_files import run_import

    raise typer.Exit(run_import(store_path(db), files or [], examples, replace, json_output))


@contracts_app.command("export")
def contracts_export(
    db: DbOption = None,
    service: ServiceOption = "",
    all_versions: Annotated[bool, typer.Option(help="Every version (default: those that are checked).")] = False,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "json",
    out: Annotated[Path | None, typer.Option(help="Into this file (default: print).", dir_okay=False)] = None,
) -> None:
    """Write contracts as JSON, YAML or one OpenAPI 3.1 document."""
    from console.commands.contract_files import run_export

    chosen = _one_of(form.lower(), FORMATS, "--format")
    raise typer.Exit(run_export(store_path(db), service, all_versions, chosen, out))


@contracts_app.command(
    "check",
    epilog="In CI: vivim-console contracts check main/openapi.yaml openapi.yaml. Exit codes: 0 compatible, "
    "1 as bad as --fail-on says, 2 wrong arguments or an unreadable file, 3 the store cannot be used.",
)
def contracts_check(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Contracts or an OpenAPI document.", dir_okay=False)],
    new: Annotated[
        Path | None, typer.Argument(metavar="NEW", help="What OLD becomes. Without it, OLD is held against the store.")
    ] = None,
    db: DbOption = None,
    fail_on: Annotated[str, typer.Option(help="breaking, risky or none.")] = "breaking",
    allow_bumped: Annotated[
        bool, typer.Option(help="Let breaking changes pass that come with a new major version.")
    ] = False,
    json_output: JsonOption = False,
    sarif: SarifOption = False,
) -> None:
    """Compare two versions: each change with its direction and verdict."""
    from console.commands.contract_check import run_check

    worst = _one_of(fail_on.lower(), FAIL_ON, "--fail-on")
    raise typer.Exit(run_check(old, new, store_path(db), worst, allow_bumped, _output(json_output, sarif)))


@contracts_app.command(
    "recheck",
    epilog="No event is judged twice by one version: asking again checks only what is left, also after a crash. What is "
    "found has the time of its events and the state past (contracts violations --all): no alert is raised. It becomes open, "
    "with an alert, when it comes again. Drift is left out, for its rules go by the order in which events came. The store "
    "may be in use: the process that writes it does the work between its events.",
)
def contracts_recheck(
    db: DbOption = None,
    service: ServiceOption = "",
    since: Annotated[str | None, typer.Option(help="Only events since so long ago, as in 1h, 7d (default: all).")] = None,
    until: Annotated[str | None, typer.Option(help="Only events until so long ago, as in 1h.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Check what is stored already against contracts that came later."""
    from console.commands.contract_recheck import run_recheck

    since_s, until_s = seconds_of(since, "--since"), seconds_of(until, "--until")
    raise typer.Exit(run_recheck(store_path(db), service, since_s, until_s, json_output))


@contracts_app.command("accept")
def contracts_accept(
    findings: FindingsArgument,
    db: DbOption = None,
    version: Annotated[str, typer.Option(help="The new version's number (default: as the changes demand).")] = "",
    note: NoteOption = "",
    json_output: JsonOption = False,
) -> None:
    """Make what drift found of one endpoint the contract: a new version of it."""
    args: dict[str, Any] = {"findings": findings, "note": note}
    _change(db, "accept", args | ({"version": version} if version else {}), json_output)


@contracts_app.command("mute")
def contracts_mute(
    findings: FindingsArgument,
    span: Annotated[str, typer.Option("--for", help="How long, as in 1h, 7d.")] = "1d",
    db: DbOption = None,
    note: NoteOption = "",
    json_output: JsonOption = False,
) -> None:
    """Leave findings out for a while."""
    _change(db, "mute", {"findings": findings, "for_s": seconds_of(span), "note": note}, json_output)


@contracts_app.command("unmute")
def contracts_unmute(findings: FindingsArgument, db: DbOption = None, json_output: JsonOption = False) -> None:
    """Count findings again."""
    _change(db, "unmute", {"findings": findings}, json_output)


@contracts_app.command("alerts")
def contracts_alerts(
    db: DbOption = None,
    every: Annotated[bool, typer.Option("--all", help="Acknowledged ones too.")] = False,
    acknowledge: Annotated[bool, typer.Option(help="Acknowledge them all, after they were listed.")] = False,
    json_output: JsonOption = False,
) -> None:
    """List alerts: one at the first violation of its kind, again at ten times as many."""
    from console.commands.contracts import run_alerts

    raise typer.Exit(run_alerts(store_path(db), every, acknowledge, json_output))


def _change(db: Path | None, name: str, args: dict[str, Any], json_output: bool) -> NoReturn:
    from console.commands.contracts import run_change

    raise typer.Exit(run_change(store_path(db), name, args, json_output))


def _output(json_output: bool, sarif: bool) -> str:
    if json_output and sarif:
        fail(USAGE, "give either --json or --sarif")
    return "json" if json_output else "sarif" if sarif else "text"


def _one_of(text: str, known: tuple[str, ...], option: str) -> str:
    if text not in known:
        fail(USAGE, f"{option} {text[:20]!r}: give {', '.join(known)}")
    return text

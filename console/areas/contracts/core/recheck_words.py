"""What became of a check of stored traffic, in words."""

from collections.abc import Mapping

NOT_TOLD = "No alert was raised, and drift is not told of stored traffic."


def recheck_words(result: Mapping[str, int]) -> str:
    """Return "4,210 stored exchanges checked, 37 violations in 3 groups", and what was left out."""
    checked, unreadable = result["checked"], result["unreadable"]
    if not result["contracts"]:
        return "There is no contract that traffic could be checked against."
    if not checked:
        words = f"Nothing new to check: {_counted(result['contracts'], 'contract')} judged all that is stored already"
    elif not result["violations"]:
        words = f"{_counted(checked, 'stored exchange')} checked, no violation"
    else:
        words = (
            f"{_counted(checked, 'stored exchange')} checked, {_counted(result['violations'], 'violation')} "
            f"in {_counted(result['groups'], 'group')}"
        )
    if unreadable:
        words += f", {_counted(unreadable, 'event')} could not be looked at"
    return f"{words}. {NOT_TOLD}" if checked else f"{words}."


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

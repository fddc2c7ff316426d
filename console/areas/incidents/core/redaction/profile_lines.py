"""In which line of a profile something stands, for errors; the parser does not tell."""

import re

_AT = re.compile(r"at line (\d+)")


def line_of(text: str, what: str, table: str = "", count: int = 0) -> int:
    """Return the line (from 1) of a name, of the nth table header, or that an error's words tell; 0 when unknown."""
    told = _AT.search(what)
    if told:
        return int(told[1])
    if "(at end of document)" in what:
        return text.count("\n") + 1
    inside = not table
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            inside = not table or bare.strip("[] ") == table
            if bare.startswith(what):
                count -= 1
                if count < 0:
                    return number
        if inside and (re.match(rf"[\"']?{re.escape(what)}[\"']?\s*=", bare) or bare.strip("[] ") == what):
            return number
    return 0

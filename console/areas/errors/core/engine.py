"""The same fault in the words of each JavaScript engine, as one text: V8, SpiderMonkey and JavaScriptCore do not agree.

Where a bundle's functions have no lasting names, the message is all there is to group by; the names of variables in it
are the minifier's, so only properties count.
"""

import re

_NAME = r"[\w$]+"
_EXPRESSION = r"\S{1,300}"
_ABSENT = r"(?:undefined|null)"
_PATTERNS = (
    (
        (
            rf"(?:\w+ )?{_EXPRESSION} is not (?:iterable|a function or its return value)"
            r"|can't access property Symbol\.iterator,"
        ),
        "not iterable",
    ),
    (
        rf"Cannot (?:read|set) propert(?:y|ies) of {_ABSENT} \((?:reading|setting) '(?P<name>[^']+)'\)",
        "no property of nothing",
    ),
    (rf"Cannot (?:read|set) property '(?P<name>[^']+)' of {_ABSENT}", "no property of nothing"),
    (rf"can't access property \"?(?P<name>{_NAME})\"?, .{{0,300}} is {_ABSENT}$", "no property of nothing"),
    (rf"{_ABSENT} is not an object \(evaluating '.{{0,300}}?\.(?P<name>{_NAME})'\)", "no property of nothing"),
    (rf"(?:{_NAME}\.)*?(?P<name>{_NAME})(?:\(\.\.\.\))? is not a function", "not a function"),
    (rf"(?:{_NAME}\.)*?(?P<name>{_NAME}) is not a constructor", "not a constructor"),
    (rf"(?P<name>{_NAME}) is not defined$", "not defined"),
    (
        rf"Cannot destructure property '.{{0,100}}?' of '(?:[^']{{0,200}}\.)?(?P<name>{_NAME})' as it is {_ABSENT}",
        "no value",
    ),
    (rf"(?:{_NAME}\.){{0,20}}(?P<name>{_NAME}) is {_ABSENT}$", "no value"),
    (rf"Can't find variable: (?P<name>{_NAME})", "not defined"),
    (r"JSON\.parse: |JSON Parse error: |Unexpected end of JSON input", "not valid JSON"),
    (r".{0,600} is not valid JSON$|.{0,600} (?:in|after) JSON at position \d", "not valid JSON"),
    (
        r"[Ii]nvalid (?:array|string) length|allocation size overflow|[Ii]nvalid count value|repeat count must",
        "size out of range",
    ),
    (
        r"Invalid time value|[Ii]nvalid date|\w+\(\) \S+ argument must be between|precision -?\d+ out of range",
        "value out of range",
    ),
    (
        r"Offset is outside the bounds|out of bounds access|argument \d+ accesses an index that is out of range",
        "out of bounds",
    ),
    (r"Invalid code point|-?\d+ is not a valid code point", "value out of range"),
    (r"Cannot assign to read only property|Attempted to assign to readonly property|\"?[\w$]+\"? is read-only", "read-only"),
    (r"[Rr]educe of empty array with no initial value", "nothing to reduce"),
    (r"(?:Cannot|can't) convert (?:undefined|null)(?: or null)? to object", "no object"),
    (r"Cannot (?:add|define) property|can't define property", "not extensible"),
    (r"Maximum call stack size exceeded|too much recursion", "recursion without end"),
    (r"Failed to fetch$|NetworkError when attempting to fetch resource|Load failed$", "request not answered"),
    (r"Failed to execute '(?P<name>\w+)' on '(?P<owner>\w+)'", "refused"),
    (r"(?P<owner>[A-Z]\w+)\.(?P<name>\w+): ", "refused"),
)
_WORDINGS = tuple((re.compile(pattern, re.DOTALL), text) for pattern, text in _PATTERNS)
_ANY = re.compile(
    "|".join(f"(?P<w{number}>{re.sub('[?]P<[a-z]+>', '', pattern)})" for number, (pattern, _) in enumerate(_PATTERNS)),
    re.DOTALL,
)
"""All of them at once, in the same order, each as a group named by its number: most messages are no engine's."""
_MINIFIED = 2
_MAX_MESSAGE = 600


def common_wording(message: str) -> str:
    """Return a text that stands for the message in every engine; empty when it is no engine's."""
    head = message[:_MAX_MESSAGE]
    some = _ANY.match(head)
    if some is None:
        return ""
    pattern, text = _WORDINGS[int(str(some.lastgroup)[1:])]
    found = pattern.match(head)
    names = found.groupdict() if found else {}
    name, owner = names.get("name") or "", names.get("owner") or ""
    return f"{text}: {owner}.{name}".replace(": .", ": ") if len(name) > _MINIFIED else text

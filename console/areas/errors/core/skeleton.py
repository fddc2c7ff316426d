"""What a message says of the failure itself, without the free words that programs put into it unquoted.

"Import of Garden notes failed after <number> entries" and "Import of Weekly plan failed …" come from one line of code, but
no single message tells which words were filled in. Words of failing and the small words around them are part of the
template nearly always; codes and names of code are, too. Everything else counts only where nothing better says where
the error came from.
"""

import re

_SMALL = (
    "a about after again all already also am an and any are as at be because been before being between both but by "
    "can cannot could did do does doing each either else every few for from had has have having here how if in into "
    "is it its itself just less many may might more most must neither never no nor not nothing now of off on once one "
    "only or other our out over per same should since so some still such than that the their them then there these "
    "they this those through to too twice under unless until up upon very via was we were what when where which while "
    "who whose why will with within without would yet you"
)
_FAILING = (
    "abort aborted absent accept accepted access allowed ambiguous answer answered argument arguments attempt "
    "attempts available bad behind blocked broken cancel cancelled canceled changed closed collision conflict connect "
    "connected connection corrupt corrupted create created damaged decode dead delete deleted delivered denied "
    "deprecated destroyed detected differ differs disabled disconnected does doesn't don't drop dropped duplicate "
    "empty encode end ended error errors exceed exceeded exceeds exception exist existing exists expected expired "
    "fail failed fails failing failure fatal few find forbidden format found full gone halted high idle ignored "
    "illegal impossible incompatible incomplete inconsistent incorrect initialised initialized insufficient integer "
    "interrupted invalid isn't know known late limit limited load loaded locked long lost low malformed match matches "
    "max maximum min minimum mismatch missed missing more name named needs nested null number object occurred offline "
    "open order outdated overflow parse parsed permission permitted present property provided read ready received "
    "recognised recognized refused reject rejected repeated reply request required requires reset resolve resolved "
    "respond responded response retries retry revoked rolled send sent set short size skipped slow small stale start "
    "started status stopped store stored string supported support large time timed timeout times token tried tries "
    "try type unable unauthorised unauthorized unavailable undefined unexpected unhandled unknown unreachable "
    "unreadable unresolved unsupported update updated upgrade used valid value values version violates violation wait "
    "waiting wasn't without write written wrong"
)
_LASTING = frozenset(_SMALL.split()) | frozenset(_FAILING.split())
_WORD = re.compile(r"[^\s]+")
_EDGE = ".,;:!?()[]{}\"'-–—"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,}|[a-z]+[A-Z]\w*|\w+_\w+|.*[<>/$:.#(\"']\S*.*", re.DOTALL)
_FEW = 2


def skeleton(text: str) -> str:
    """Return a normalised text with … for its free words; the text itself when hardly a word of it is known."""
    words, known = [], 0
    for word in _WORD.findall(text):
        bare = word.strip(_EDGE)
        if bare.lower() in _LASTING:
            known += 1
            words.append(bare.lower())
        elif _CODE.fullmatch(bare) or word.startswith("<"):
            words.append(word)
        elif not words or words[-1] != "…":
            words.append("…")
    return " ".join(words) if known >= _FEW else text

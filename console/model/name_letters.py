"""The letters of a name as people read it: full-width letters, `pаssword` with a Cyrillic а, `contraseña` in plain Latin."""

import re
import unicodedata

_FROM = "аеосрхуіјѕһԁԛԝӏкмтвнгАВЕКМНОРСТХУІЈЅԜԚαορνικτυχγεΑΒΕΖΗΙΚΜΝΟΡΤΥΧłŁøØıđĐßſ"
_TO = "aeocpxyijshdqwlkmtbhrABEKMHOPCTXYIJSWQaopviktuxyeABEZHIKMNOPTYXlLoOidDss"
_LOOK_ALIKES = str.maketrans(_FROM, _TO)
_SIGNS = {"@": "a", "$": "s"}
_SIGN = re.compile(r"(?<=[A-Za-z@$])[@$](?=[A-Za-z@$])")
_LONGEST = 128


def latin_letters(name: str) -> str:
    """Return a name with look-alike letters, full-width forms, accents and invisible characters as plain Latin.

    A name that is all in another script keeps it, without what is invisible. Only the last 128 characters count.
    """
    name = name[-_LONGEST:]
    if name.isascii():
        return _without_signs(name)
    plain = _without(unicodedata.normalize("NFKC", name), "Cf")
    if not any(char.isascii() and char.isalpha() for char in plain):
        return plain
    return _without_signs(_without(unicodedata.normalize("NFD", plain.translate(_LOOK_ALIKES)), "Mn"))


def _without_signs(name: str) -> str:
    return _SIGN.sub(lambda found: _SIGNS[found[0]], name) if "@" in name or "$" in name else name


def _without(text: str, category: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != category)

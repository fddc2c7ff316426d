"""The check digits and lengths of bank accounts (ISO 13616)."""

_LENGTHS = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK", 21: "CH CR HR LI LV",
        22: "BG BH DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ DZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
}  # fmt: skip


def iban_end(text: str) -> int:
    """Return where the account number at the beginning of a text ends; 0 when there is none."""
    length = next((length for length, countries in _LENGTHS.items() if text[:2] in countries), 0)
    signs = 0
    for end, char in enumerate(text, 1):
        signs += char != " "
        if signs == length:
            bare = text[:end].replace(" ", "")
            return end if int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1 else 0
    return 0

"""The check digit of payment cards (ISO/IEC 7812-1, annex B)."""


def is_card(text: str) -> bool:
    """Tell whether the digits of a text are as many as a card has and end in the right check digit."""
    digits = [ord(char) - 48 for char in text if "0" <= char <= "9"]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = sum(digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (doubled + sum(digits[::-2])) % 10 == 0

"""Which of many titles fits a few typed letters, and how well."""


def score(typed: str, title: str) -> int | None:
    """Return how well `typed` fits `title` (more is better), None when its letters do not stand there in order.

    Whole words beat word beginnings, those beat letters anywhere; short titles beat long ones.
    """
    wanted, text = typed.lower().split(), title.lower()
    if not wanted:
        return 0
    total = 0
    for word in wanted:
        points = _word_score(word, text)
        if points is None:
            return None
        total += points
    return total - len(text) // 8


def _word_score(word: str, text: str) -> int | None:
    at = text.find(word)
    if at >= 0:
        begins = at == 0 or not text[at - 1].isalnum()
        ends = at + len(word) == len(text) or not text[at + len(word)].isalnum()
        return 60 + 30 * begins + 10 * ends - min(at, 20)
    points, position, run = 0, 0, 0
    for letter in word:
        found = text.find(letter, position)
        if found < 0:
            return None
        run = run + 1 if found == position and position > 0 else 0
        begins = found == 0 or not text[found - 1].isalnum()
        points += 6 * begins + 3 * min(run, 3) - min(found - position, 6)
        position = found + 1
    return points if points > 0 else None

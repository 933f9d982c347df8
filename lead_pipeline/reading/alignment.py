"""A header with one cell too few or too many above rows that agree: where the shift is.

The values decide, by what the words of the header let expect; fields are not known here.
"""

import re
from collections.abc import Sequence

# What the words of a header let expect of the values below, where that is a kind of data.
_EXPECTED = (
    (re.compile(r"e-?mail|correo|courriel|\bmail", re.IGNORECASE), {"email"}),
    (
        re.compile(r"phone|mobile|\bcell\b|\btel\b|telef|handy|m[oó]vil|\bfax\b", re.IGNORECASE),
        {"phone", "number"},
    ),
    (re.compile(r"date|datum|fecha|created|submitted|birth|\bdob\b", re.IGNORECASE), {"date"}),
    (re.compile(r"\bip\b", re.IGNORECASE), {"ip"}),
    (re.compile(r"website|\burl\b", re.IGNORECASE), {"url"}),
    (
        re.compile(r"\bzip|postal|\bplz\b|price|amount|\bage\b|score", re.IGNORECASE),
        {"number", "money", ""},
    ),
    (
        re.compile(
            r"name|nom|vorname|first|last|city|town|state|company|country|status|notes?$|street",
            re.IGNORECASE,
        ),
        {""},
    ),
)


def shifted(header: Sequence[str], kinds: Sequence[str]) -> int | None:
    """The place of the header's missing cell, or of the one that is too many; None if that is at
    its end, as it would be without a shift.

    Args:
        header: its cells, one more or one less than there are columns.
        kinds: the data kind of each column below, or ``""``.
    """
    places = range(max(len(header), len(kinds)))
    scores = [_score(moved(header, len(kinds), at), kinds) for at in places]
    best = max(scores)
    if best <= scores[-1]:
        return None
    return max(at for at in places if scores[at] == best)


def names_channel(header: str) -> bool:
    """Whether the words of a header let expect mails, or phones, which may look like any number."""
    return any(words.search(header) for words, kinds in _EXPECTED if kinds & {"email", "phone"})


def moved(header: Sequence[str], width: int, at: int) -> tuple[str, ...]:
    """The header in `width` cells: with an empty one at a place, or without the one there."""
    rest = header[at:] if width > len(header) else header[at + 1 :]
    return (*header[:at], *([""] if width > len(header) else []), *rest)


def _score(header: Sequence[str], kinds: Sequence[str]) -> float:
    return sum(_agreement(name, kind) for name, kind in zip(header, kinds, strict=True))


def _agreement(name: str, kind: str) -> float:
    expected = next((kinds for words, kinds in _EXPECTED if words.search(name)), None)
    if expected is None:
        return 0.0
    if kind not in expected:
        return -1.0
    return 1.0 if kind else 0.5 * (len(expected) == 1)

"""What a cell looks like: e-mail, phone, number, date ... - evidence for dialects and headers.

A quick look, not a judgement: whether a phone or a date is right is for the normalisers to say.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

_TIME = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s?[ap]m)?"
# The order matters: the first pattern that fits the whole cell names its kind.
_KINDS = {
    "email": r"[^\s@,;|<>\"]+@[^\s@,;|<>\"]+\.[a-z]{2,24}",
    "url": r"(?:https?://|www\.)[^\s,;|\"]+",
    "date": r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))"
    rf"(?:[T ]{_TIME}(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d))?)?",
    "time": _TIME,
    "ip": r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",
    "number": r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:e[+-]?\d+)?%?"
    r"|[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d{1,2}",
    "phone": r"(?:p:)?(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,5}\) ?|\d{2,5}[ ./-])"
    r"\d{2,5}(?:[ .-]?\d{2,5}){0,3}"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,6})?|(?:p:)?\+\d{7,15}",
    "money": r"[-(]?[$€£¥] ?-?[\d.,]+\)?|[\d.,]+ ?[€£$]",
    "boolean": r"true|false|yes|no|y|n",
    "code": r"(?:[a-z]{1,2}:)?[a-z]*[\d_-][\w.-]*",
}
_KIND = re.compile(
    "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()),
    re.ASCII | re.IGNORECASE,
)
# Letters of any script, with the marks that names, streets and headers are written with.
_WORDS = re.compile(
    r"(?=[\W\d_]*[^\W\d_])[^\W_][\w \r\n.'’&/()#+?!-]*(?:, [^\W_][\w \r\n.'’&/()#+?!-]*)*"
)
# Kinds that a header cell practically never has.
DATA_KINDS = frozenset({"email", "url", "date", "time", "ip", "number", "phone", "money"})
_LONGEST = 300
_ROWS = 100


@lru_cache(maxsize=20_000)
def kind_of(cell: str) -> str:
    """The kind of one cell: `empty`, a pattern's name, `words`, or `other` for anything odd."""
    text = cell.strip()
    if not text:
        return "empty"
    if len(text) <= _LONGEST and (found := _KIND.fullmatch(text)):
        return str(found.lastgroup)
    return "words" if _WORDS.fullmatch(text[:_LONGEST]) else "other"


def column_kinds(rows: Iterable[Sequence[str]], width: int) -> list[str]:
    """The data kind that at least four of five filled cells of a column have, or ``""``."""
    counts: list[Counter[str]] = [Counter() for _ in range(width)]
    for _, row in zip(range(_ROWS), rows, strict=False):
        for count, cell in zip(counts, row, strict=False):
            count[kind_of(cell)] += 1
    return [_dominant(count) for count in counts]


def _dominant(count: Counter[str]) -> str:
    filled = count.total() - count["empty"]
    for kind, most in count.most_common(2):
        if kind in DATA_KINDS and most * 5 >= filled * 4:
            return kind
    return ""

"""Finds out how a delimited text is built, from a sample of it.

Every plausible dialect reads the sample; the one whose rows agree in length and whose cells look
like something wins. The idea of multiplying both scores is that of van den Burg, Nazabal and
Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019); the patterns, the
candidates and the weights are our own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from lead_pipeline.reading.cell_kinds import kind_of
from lead_pipeline.reading.header_words import is_header_word
from lead_pipeline.reading.headers import leading_header
from lead_pipeline.reading.records import Dialect, RecordReader
from lead_pipeline.reading.unquoted import only_joined
from lead_pipeline.reading.wrapped import holds_table, unwrapped

_SAMPLE_BYTES = 32 * 1024
_SAMPLE_RECORDS = 100
# So few records may well be ragged for the most part; the first ones then tell.
_FEW_RECORDS = 20
_USUAL = (",", ";", "\t", "|")
# Characters that stand inside dates, numbers, e-mails and names too often to part cells.
_NEVER = frozenset("\"'`.-_@/()+[]{}<>\\%$€?\r\n")
# These stand between words, too: rows must agree without exception.
_DOUBTFUL = frozenset(" :=*&#!")
_SEP_LINE = re.compile(r"sep=([^\r\n]{1,3})(?:\r\n|\r|\n|$)", re.IGNORECASE)
# How much a cell of a kind speaks for the dialect that made it; data kinds count fully.
_WEIGHTS = {"empty": 0.7, "words": 0.85, "code": 0.9, "boolean": 0.9, "other": 0.2}
# One column explains any text, so it has to be better than what delimiters make of it.
_ONE_COLUMN = 0.75
_FREE_TEXT = 0.5
_ODD_DELIMITER = 0.95
_HEADER_BONUS = 1.6


def declared_delimiter(sample: bytes) -> str | None:
    """The delimiter of a first line such as ``sep=;``, which Excel understands."""
    found = _SEP_LINE.match(sample[:64].decode("utf-8", "ignore"))
    return found.group(1) if found else None


def detect_dialect(
    sample: bytes, delimiter: str | None = None, quote: str | None = None
) -> Dialect:
    """The dialect that explains `sample` (UTF-8) best.

    Args:
        sample: the beginning of the text.
        delimiter: taken as given instead of searched for; ``""`` means one column.
        quote: likewise; ``""`` means that nothing is quoted.
    """
    sample = _whole_lines(sample)
    if delimiter is None and quote is None and (inside := unwrapped(sample)):
        dialect = _best(inside, None, None)
        if holds_table(inside, dialect):
            return replace(dialect, wrapped=True)
    return _best(sample, delimiter, quote)


def _best(sample: bytes, delimiter: str | None, quote: str | None) -> Dialect:
    text = sample.decode("utf-8", "replace")
    candidates = [
        Dialect(candidate, mark, escape)
        for candidate in (_delimiters(text) if delimiter is None else [delimiter])
        for mark in (_quotes(text, candidate) if quote is None else [quote])
        for escape in _escapes(text, candidate, mark)
    ]
    return max(candidates, key=lambda dialect: _score(sample, dialect))


def _whole_lines(sample: bytes) -> bytes:
    """Its beginning; more where that would end inside a quoted cell, which then is seen whole."""
    if len(sample) <= _SAMPLE_BYTES:
        return sample
    cut = _cut(sample, 0)
    if sample.count(b'"', 0, cut) % 2:
        closed = sample.find(b'"', cut)
        cut = _cut(sample, closed) if closed >= 0 else cut
    return sample[:cut]


def _cut(sample: bytes, start: int) -> int:
    stop = start + _SAMPLE_BYTES
    return max(sample.rfind(end, start, stop) for end in (b"\n", b"\r")) + 1 or stop


def _delimiters(text: str) -> list[str]:
    """Candidates in the order in which a tie goes to the earlier; ``""`` is one column."""
    counts = Counter(text)
    lines = len(text.splitlines())
    frequent = (char for char, count in counts.most_common() if count * 3 >= lines)
    odd = [c for c in frequent if not c.isalnum() and c not in _NEVER and c not in _USUAL]
    singles = [char for char in _USUAL if char in counts] + odd[:5]
    longer = [run for char in singles for run in _longer(text, char, counts[char])]
    literal_tab = ["\\t"] if text.count("\\t") >= lines else []
    singles = [char for char in singles if not _always_doubled(text, char, counts[char])]
    return [*longer, *literal_tab, *singles, ""]


def _longer(text: str, char: str, count: int) -> Iterator[str]:
    """Delimiters of several characters that begin with `char` and explain most of it.

    Such as ``||``, ``|~|``, or the comma with a blank that some people write.
    """
    follower = re.escape(char) if char in " \t," else r"[^\w\s\"'.@()+$-]"
    runs = Counter(re.findall(f"{re.escape(char)}{follower}{{1,2}}", text))
    for run, times in runs.most_common(2):
        for size in sorted({2, len(run)}):
            part = run[:size]
            if times > 1 and text.count(part) * part.count(char) * 10 >= count * 8:
                yield part
    if char in ",;" and text.count(char + " ") * 10 >= count * 9:
        yield char + " "


def _always_doubled(text: str, char: str, count: int) -> bool:
    """Nearly all stand in pairs, in the first line all: then no cells between them are empty."""
    first = next(line for line in text.splitlines() if char in line)
    return text.count(char * 2) * 2 >= count * 0.97 and first.count(char * 2) * 2 == first.count(
        char
    )


def _quotes(text: str, delimiter: str) -> list[str]:
    """The usual quote, and other marks that open and close cells more than once."""
    quotes = ['"']
    for mark in "'`":
        before = f"(?:^|{re.escape(delimiter)})" if delimiter else "^"
        after = f"(?:$|{re.escape(delimiter)})" if delimiter else "$"
        opened = len(re.findall(f"{before}{mark}", text, re.MULTILINE))
        closed = len(re.findall(f"{mark}\r?{after}", text, re.MULTILINE))
        if min(opened, closed) > 1:
            quotes.append(mark)
    return quotes


def _escapes(text: str, delimiter: str, quote: str) -> list[str]:
    escaped = any("\\" + mark in text for mark in (quote, delimiter) if mark)
    return ["", "\\"] if escaped and delimiter != "\\t" else [""]


def _score(sample: bytes, dialect: Dialect) -> float:
    """How well the rows agree, times how much the cells look like something."""
    records = list(islice(RecordReader(dialect, None).read(sample, final=True), _SAMPLE_RECORDS))
    rows = [
        [cell.decode("utf-8", "replace") for cell in record.cells]
        for record in records
        if not record.flaw and any(cell.strip() for cell in record.cells)
    ]
    if not rows:
        return 0.0
    sound = len(rows) / (len(rows) + sum(bool(record.flaw) for record in records))
    if not dialect.delimiter:
        return _ONE_COLUMN * sound * max(_looks(rows), _FREE_TEXT)
    if sum(map(is_header_word, rows[0])) > 1:
        rows = [list(only_joined(row, len(rows[0]), dialect.delimiter)) for row in rows]
    lengths = Counter(len(row) for row in rows)
    width = max(lengths, key=lambda length: lengths[length] * (length - 1))
    if width == 1:
        return 0.0
    few = len(rows) <= _FEW_RECORDS and dialect.delimiter in _USUAL
    lead = _leading_record(rows) if few else None
    if lead is not None:
        width = len(rows[lead])
    full = [row for row in rows if len(row) == width]
    agreeing = len(full) / len(rows) if lead is None else 1.0
    score = sound * agreeing * (width - 1) / width * _looks(full)
    if lead is not None or sum(is_header_word(cell) for cell in full[0]) > 1:
        score *= _HEADER_BONUS
    if not dialect.delimiter.startswith(_USUAL):
        score *= _ODD_DELIMITER if _is_regular(dialect, width, lengths) else 0.3
    return score


def _leading_record(rows: list[list[str]]) -> int | None:
    """A header above its first row, or two first records that no blank after a delimiter betrays
    as prose."""
    alike = len(rows) > 1 and len(rows[0]) == len(rows[1]) > 1
    if alike and not any(cell.startswith(" ") for cell in rows[0] + rows[1]):
        return 0
    return leading_header(rows)


def _is_regular(dialect: Dialect, width: int, lengths: Counter[int]) -> bool:
    return dialect.delimiter not in _DOUBTFUL or (width > 2 and len(lengths) == 1)


def _looks(rows: list[list[str]]) -> float:
    cells = [cell for row in rows for cell in row]
    return sum(_WEIGHTS.get(kind_of(cell), 1.0) for cell in cells) / len(cells)

"""Single phone cells that are not plainly one number: taken apart, and put to libphonenumber.

Whole columns are phones.py's business.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import phonenumbers
import pyarrow as pa

from lead_pipeline.normalizing.numbering_plan import read_plain
from lead_pipeline.reading.entities import unescaped

# 2.02555E+09, as a spreadsheet shows a number that it takes for a quantity.
_SCIENTIFIC = re.compile(r"[='\"\s]*(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})[\"\s]*")
# What has as many digits as a subscriber number (NANP) was meant for a number, as an extension too.
_SHORTEST_NUMBER = 7
# Ways to cut a cell, the surest first. A slash stands within German numbers (030/2312500), so that
# it parts only what has the digits of one; a blank parts where ten digits end, or where the next
# number begins with a trunk prefix.
_CUTS: Sequence[Callable[[str], list[str]]] = (
    re.compile(
        r"""\s*(?:
            [;|&\n\r]+ | (?<!,),(?!,)           # a doubled comma is a pause before the extension
          | \b(?:or|and|und|oder|ou|et|y)\b
          | (?<=\d{10})[\s–—_-]+(?=\+?\d{10})
          | \s(?=(?!e?xt)[a-z]+\s*[:.])         # "home: 202-555-0123 cell: 202-555-0124"
        )\s*""",
        re.IGNORECASE | re.VERBOSE,
    ).split,
    re.compile(r"\s+/+\s*|\s*/+\s+").split,
    re.compile(rf"(?:\D*\d){{{_SHORTEST_NUMBER}}}[^/]*|.+").findall,
    re.compile(r"\s+(?=\(?0\d(?:[\s()/.-]*\d){5})").split,
)
_LABEL = re.compile(
    r"[\s([]+(?:home|cell|mobile|work|office|business|main|direct|landline|phone)[\s)\].]*$",
    re.IGNORECASE,
)
# Dialled by another region's rules: 00 instead of `+` (ITU E.164), or a country code said twice.
_DIALLED = re.compile(r"^\W*(?:\+\s*0{1,2}|00)[\s.-]*(?=[1-9])")
_TWICE = re.compile(r"^\W*\+\s*(\d{1,3})[\s.()-]*\+\s*(?=\1)")
# What a person means to say about a number; not the empty rest of an extension.
_WORD = re.compile(r"\b(?!(?:ext|extn|extension|x)\b)[^\W_]", re.IGNORECASE)
_MANY_DIGITS = re.compile(rf"(?:\d[\s().-]*){{{_SHORTEST_NUMBER}}}")
MOST_PARTS = 10
_BY_WEIGHT = ("partly_invalid_phone", "words_beside_phone")


@dataclass(frozen=True, slots=True)
class Number:
    """A valid number as E.164, and the digits of its extension.

    `is_spelled`: letters stand for some of its digits, as on a keypad.
    """

    e164: str
    extension: str | None = None
    is_spelled: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell holds: its valid numbers, each once, and a problem, as `Phones` names them."""

    numbers: tuple[Number, ...] = ()
    problem: str | None = None


def read_cells(cells: list[str], region: str) -> list[Cell]:
    """Take cells apart that are not plainly one number each."""
    texts = [_written_out(cell) for cell in cells]
    numbers = _parse_all(filter(None, texts), region)
    parts = {text: [text] for text, whole in numbers.items() if not _is_surely_one(whole)}
    for cut in _CUTS:
        for text, pieces in parts.items():
            parts[text] = [part for piece in pieces for part in _parts(piece, numbers, cut)]
        uncut = {part for pieces in parts.values() for part in pieces} - numbers.keys()
        numbers |= _parse_all(uncut, region)
    read = {
        part: _read_part(part, numbers[part], region)
        for pieces in parts.values()
        for part in pieces
    }
    chosen = {
        text: _choose(numbers[text], [read[part] for part in parts.get(text, ())])
        for text in filter(None, texts)
    }
    return [Cell(problem="lost_digits") if t is None else chosen.get(t, Cell()) for t in texts]


def _written_out(cell: str) -> str | None:
    """The cell without blanks around it and without an exponent, or None if that cost digits."""
    if not (scientific := _SCIENTIFIC.fullmatch(cell)):
        return unescaped(cell).strip()
    first, rest, exponent = scientific.groups(default="")
    return first + rest if len(rest) == int(exponent) else None


def _parts(
    piece: str, numbers: Mapping[str, Number | None], cut: Callable[[str], list[str]]
) -> list[str]:
    """The parts of a piece that hold digits, without the labels behind them; a number is one."""
    if _is_surely_one(numbers[piece]):
        return [piece]
    parts = (_LABEL.sub("", part).strip(" /") for part in cut(piece))
    return [part for part in parts if any(map(str.isdecimal, part))]


def _is_surely_one(whole: Number | None) -> bool:
    if whole is None or whole.is_spelled:
        return False
    return len(whole.extension or "") < _SHORTEST_NUMBER


def _read_part(part: str, whole: Number | None, region: str) -> Cell:
    """A part as one number, as it is dialled elsewhere, or the numbers among its words."""
    whole = whole or _as_dialled(part, region)
    if whole and not whole.is_spelled:
        return Cell((whole,))
    numbers, rest = _among_words(part, region)
    if whole and not numbers:
        return Cell((whole,))
    if _MANY_DIGITS.search(rest) or not (numbers or re.search(r"[^\W\d_]", rest)):
        return Cell(numbers, _BY_WEIGHT[0])
    return Cell(numbers, _BY_WEIGHT[1] if _WORD.search(rest) else None)


def _as_dialled(text: str, region: str) -> Number | None:
    """What begins with 00, or says its country code twice, as the number that it leads to."""
    plus = _DIALLED.sub("+", _TWICE.sub("+", text))
    return _parse(plus, region) if plus != text else None


def _among_words(text: str, region: str) -> tuple[tuple[Number, ...], str]:
    """The numbers that libphonenumber finds in a text, and what is left of it without them."""
    numbers, rest, at = [], "", 0
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        numbers.append(_number(match.number, text))
        rest += text[at : match.start] + " "
        at = match.end
    return tuple(numbers), rest + text[at:]


def _choose(whole: Number | None, parts: list[Cell]) -> Cell:
    """The whole as one number, or its parts if they make more of it."""
    if len(parts) > MOST_PARTS:
        return Cell(problem="too_many_numbers")
    valid: dict[str, Number] = {}
    for number in chain.from_iterable(part.numbers for part in parts):
        valid.setdefault(number.e164, number)
    if whole and not whole.is_spelled and len(valid) < 2:
        return Cell((whole,))
    if not valid:
        return Cell(problem="invalid_phone")
    told = {part.problem for part in parts}
    return Cell(tuple(valid.values()), next((one for one in _BY_WEIGHT if one in told), None))


def _parse_all(texts: Iterable[str], region: str) -> dict[str, Number | None]:
    """The reading of each text as one number, None where it is not a valid one."""
    distinct = list(dict.fromkeys(texts))
    plain = read_plain(pa.array(distinct, pa.string()), region).to_pylist()
    return {
        text: _parse(text, region) if e164 is None else Number(e164) if e164 else None
        for text, e164 in zip(distinct, plain, strict=True)
    }


def _parse(text: str, region: str) -> Number | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return _number(number, text) if phonenumbers.is_valid_number(number) else None


def _number(number: phonenumbers.PhoneNumber, text: str) -> Number:
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = len(phonenumbers.national_significant_number(number))
    return Number(e164, number.extension, is_spelled=digits > sum(map(str.isdecimal, text)))

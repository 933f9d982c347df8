"""Phone numbers of a column: E.164, last ten digits, extension, further numbers in the same cell.

How a cell is taken apart belongs here, and the questions put to libphonenumber; the shortcut for
plain numbers is numbering_plan.py. Whether a number may be called is not decided here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.numbering_plan import read_plain

# What a spreadsheet makes of a number it takes for a quantity: 2025550123.0 and 2.02555E+09.
_FLOAT = r"^([='\"\s]*\+?\d{7,15})\.0\"?$"
_SCIENTIFIC = re.compile(r"[='\"\s]*(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})[\"\s]*")
# The usual ways to write an extension, all of which libphonenumber reads as one.
_EXTENSION = r"^([^a-zA-Z#;/,~]+?) *(?:[eE][xX][tT](?:ension|n)?|[xX])[.:]? *(\d{1,6})$"
_SEPARATOR = re.compile(
    r"""\s*(?:
        [;|&/\n\r]+ | (?<!,),(?!,)          # a doubled comma is a pause before the extension
      | \b(?:or|and)\b
      | (?<=\d{10})\s+(?=\d{10})
      | \s(?=(?!e?xt)[a-z]+\s*[:.])         # "home: 202-555-0123 cell: 202-555-0124"
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
# The separators that libphonenumber takes for punctuation of one number.
_SEVERAL = r"/|\d{10}[\s\x{A0}]+\d{10}"
_LABEL = re.compile(
    r"[\s([]+(?:home|cell|mobile|work|office|business|main|direct|landline|phone)[\s)\].]*$",
    re.IGNORECASE,
)
# What stands for an extension and has as many digits as a subscriber number (NANP) may be a number.
_SHORTEST_NUMBER = 7
_MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers of a column; every array is as long as the column that went in.

    `e164` is the first valid number of the cell, null without one. `last10` holds the last ten
    digits of it (the original systems' `phone_number_normalized`), null where it has fewer.
    `extension` are the digits behind it ("12" of "x12"). `others` lists the further valid numbers
    of the cell as E.164, null without any. `problems` is null where all is well, else:

    - `invalid_phone`: libphonenumber holds no number of the cell for valid;
    - `lost_digits`: a spreadsheet rounded the number away (4.4E+11), it cannot be told any more;
    - `partly_invalid_phone`: beside the valid numbers stands one that is not;
    - `too_many_numbers`: more than ten parts, so this is no phone cell; nothing is read from it.
    """

    e164: pa.StringArray
    last10: pa.StringArray
    extension: pa.StringArray
    others: pa.ListArray
    problems: pa.StringArray


@dataclass(frozen=True, slots=True)
class _Number:
    e164: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class _Cell:
    """What one cell holds: its valid numbers and a problem, as `Phones` names them."""

    numbers: tuple[_Number, ...] = ()
    problem: str | None = None


def normalize_phones(values: pa.StringArray, region: str = "US") -> Phones:
    """Read every cell of a phone column as libphonenumber does (`parse`, `is_valid_number`).

    A cell is first tried as one number, then, if that fails, cut at separators (`/`, `;`, `or`,
    ...) and freed of labels ("(home)"). Digits are never added, dropped or guessed.

    Args:
        values: cells as they stand; null and blank cells give nothing and no problem.
        region: ISO 3166-1 alpha-2, of numbers without a country code.

    Raises:
        ValueError: libphonenumber does not know the region.
    """
    values = _mend_floats(values)
    plain, extension = _read_plain_and_extension(values, region)
    plain = pc.if_else(_may_be_several(values, plain), None, plain)
    hard = pc.if_else(plain.is_null(), values, None).dictionary_encode()
    cells = _read_cells(hard.dictionary.to_pylist(), region)

    firsts = [cell.numbers[0] if cell.numbers else None for cell in cells]
    others = [[n.e164 for n in cell.numbers[1:]] or None for cell in cells]
    invalid = pc.if_else(pc.equal(plain, ""), "invalid_phone", pa.scalar(None, pa.string()))
    e164 = pc.if_else(pc.equal(plain, ""), None, plain)
    e164 = pc.coalesce(e164, _spread([n and n.e164 for n in firsts], hard))
    return Phones(
        e164=e164,
        last10=_last_ten(e164),
        extension=pc.coalesce(extension, _spread([n and n.extension for n in firsts], hard)),
        others=_spread(others, hard, pa.list_(pa.string())),
        problems=pc.coalesce(invalid, _spread([cell.problem for cell in cells], hard)),
    )


def _mend_floats(values: pa.StringArray) -> pa.StringArray:
    """Drop the `.0` that a spreadsheet or data frame appended to a column of digits."""
    suspects = pc.or_(pc.ends_with(values, ".0"), pc.ends_with(values, '.0"')).fill_null(False)
    mended = pc.replace_substring_regex(values.filter(suspects), _FLOAT, r"\1")
    return pc.replace_with_mask(values, suspects, mended)


def _read_plain_and_extension(
    values: pa.StringArray, region: str
) -> tuple[pa.StringArray, pa.StringArray]:
    """`read_plain`, also of numbers with an extension behind them; and the extensions."""
    plain = read_plain(values, region)
    left = pc.if_else(plain.is_null(), values, None)
    extended = pc.match_substring_regex(left, _EXTENSION).fill_null(False)
    whole = values.filter(extended)
    number = read_plain(pc.replace_substring_regex(whole, _EXTENSION, r"\1"), region)
    number = pc.if_else(pc.equal(number, ""), None, number)
    behind = pc.replace_substring_regex(whole, _EXTENSION, r"\2")
    behind = pc.if_else(number.is_valid(), behind, None)
    extension = pa.nulls(len(values), pa.string())
    return (
        pc.replace_with_mask(plain, extended, number),
        pc.replace_with_mask(extension, extended, behind),
    )


def _may_be_several(values: pa.StringArray, plain: pa.StringArray) -> pa.BooleanArray:
    """Whether a cell that is plainly no number could be cut into some."""
    no_number = pc.if_else(pc.equal(plain, ""), values, None)
    return pc.match_substring_regex(no_number, _SEVERAL).fill_null(False)


def _last_ten(e164: pa.StringArray) -> pa.StringArray:
    long_enough = pc.greater(pc.binary_length(e164), len("+") + 9)
    return pc.utf8_slice_codeunits(pc.if_else(long_enough, e164, None), -10)


def _spread(
    results: Iterable[object], values: pa.DictionaryArray, kind: pa.DataType | None = None
) -> pa.Array:
    """One result for each distinct value, laid out row by row."""
    return pa.array(results, kind or pa.string()).take(values.indices)


def _read_cells(cells: list[str], region: str) -> list[_Cell]:
    """Take cells apart that are not plainly one number each."""
    texts = [_written_out(cell) for cell in cells]
    wholes = _parse_all(filter(None, texts), region)
    parts = {text: _parts(text) for text in wholes if not _is_surely_one(wholes[text])}
    numbers = _parse_all((part for text in parts for part in parts[text]), region)
    read = {
        text: _choose(whole, [numbers[part] for part in parts.get(text, ())])
        for text, whole in wholes.items()
    }
    return [_Cell(problem="lost_digits") if t is None else read.get(t, _Cell()) for t in texts]


def _written_out(cell: str) -> str | None:
    """The cell without blanks around it and without an exponent, or None if that cost digits."""
    if not (scientific := _SCIENTIFIC.fullmatch(cell)):
        return cell.strip()
    first, rest, exponent = scientific.groups(default="")
    return first + rest if len(rest) == int(exponent) else None


def _parts(text: str) -> list[str]:
    """The pieces of a cell that hold digits, without the labels behind them."""
    pieces = (_LABEL.sub("", piece) for piece in _SEPARATOR.split(text))
    return [piece for piece in pieces if any(map(str.isdecimal, piece))]


def _is_surely_one(whole: _Number | None) -> bool:
    return whole is not None and len(whole.extension or "") < _SHORTEST_NUMBER


def _choose(whole: _Number | None, parts: list[_Number | None]) -> _Cell:
    """The whole as one number, or its parts if they make more of it."""
    if len(parts) > _MOST_PARTS:
        return _Cell(problem="too_many_numbers")
    valid: dict[str, _Number] = {}
    for part in filter(None, parts):
        valid.setdefault(part.e164, part)
    if whole and len(valid) < 2:
        return _Cell((whole,))
    if not valid:
        return _Cell(problem="invalid_phone")
    return _Cell(tuple(valid.values()), None if all(parts) else "partly_invalid_phone")


def _parse_all(texts: Iterable[str], region: str) -> dict[str, _Number | None]:
    """The reading of each text as one number, None where it is not a valid one."""
    distinct = list(dict.fromkeys(texts))
    plain = read_plain(pa.array(distinct, pa.string()), region).to_pylist()
    return {
        text: _parse(text, region) if e164 is None else _Number(e164) if e164 else None
        for text, e164 in zip(distinct, plain, strict=True)
    }


def _parse(text: str, region: str) -> _Number | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return _Number(e164, number.extension)

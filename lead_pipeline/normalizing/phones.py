"""Phone numbers of a column: E.164, last ten digits, extension, further numbers in the same cell.

How a single cell is taken apart is in phone_cells.py, the shortcut for plain numbers in
numbering_plan.py, whose country counts in phone_homes.py. Whether a number may be called is not
decided here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.numbering_plan import read_plain
from lead_pipeline.normalizing.phone_cells import MOST_PARTS, read_cells
from lead_pipeline.reading.cell_text import all_bytes

# What a spreadsheet makes of a number it takes for a quantity: 2025550123.0 and 2,025,550,123.
_FLOAT = r"^([='\"\s]*\+?[ (]*(?:\d[ (),-]*){7,15})\.0+(\"?\s*)$"
_FLOAT_ENDINGS = (".0", ".00", '.0"', '.00"')
_GROUPED = r"^[='\"\s]*\d{1,3}(?:,\d{3}){3}[\"\s]*$"
_DIGITS = 10  # of most numbers
# The usual ways to write an extension, all of which libphonenumber reads as one.
_EXTENSION = r"^([^a-zA-Z#;/,~]+?) *(?:[eE][xX][tT](?:ension|n)?|[xX])[.:]? *(\d{1,6})$"
# What plainly is no number may be several (a slash, or too many digits, not in one piece), or one
# as it is dialled elsewhere (00).
_MORE = r"/|^\W*(?:\+\s*0{1,2}|00)[\s.-]*[1-9]|^(?:\D*\d){14}"
_ONE_PIECE = r"^\W*0{0,1}[1-9]\d{13,}\W*$"


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
    - `words_beside_phone`: words stand behind or between the valid numbers (`ask for Ann`);
    - `too_many_numbers`: more than ten parts, so this is no phone cell; nothing is read from it.

    `suggestions` is what the number may have been besides, where its problem says so.
    """

    e164: pa.StringArray
    last10: pa.StringArray
    extension: pa.StringArray
    others: pa.ListArray
    problems: pa.StringArray
    suggestions: pa.StringArray


def normalize_phones(values: pa.StringArray, region: str = "US") -> Phones:
    """Read every cell of a phone column as libphonenumber does (`parse`, `is_valid_number`).

    A cell is first tried as one number, then, if that fails, cut at separators (`/`, `;`, `or`,
    ...) and freed of labels ("(home)"), and each piece is looked through as the library looks
    through a text (`PhoneNumberMatcher`). Digits are never added, dropped or guessed.

    Args:
        values: cells as they stand; null and blank cells give nothing and no problem.
        region: ISO 3166-1 alpha-2, of numbers without a country code.

    Raises:
        ValueError: libphonenumber does not know the region.
    """
    values = _mend_figures(values)
    plain, extension = _read_plain_and_extension(values, region)
    plain = pc.if_else(_may_be_several(values, plain), None, plain)
    hard = pc.if_else(plain.is_null(), values, None).dictionary_encode()
    cells = read_cells(hard.dictionary.to_pylist(), region)

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
        suggestions=pa.nulls(len(values), pa.string()),
    )


def most_numbers(cells: pa.StringArray) -> int:
    """How many numbers a cell of the column may hold at most, by its digits; never less than 1."""
    long = cells.filter(pc.greater(pc.binary_length(cells), 2 * _DIGITS))
    digits = pc.binary_length(pc.replace_substring_regex(long.unique(), r"[^0-9]", ""))
    return max(1, min((pc.max(digits).as_py() or 0) // _DIGITS, MOST_PARTS))


def further_numbers(phones: Phones) -> Iterator[pa.StringArray]:
    """The second number of each cell as a column of its own, then the third, and so on."""
    count = pc.list_value_length(phones.others).fill_null(0)
    for place in range(pc.max(count).as_py() or 0):
        here = pc.list_flatten(pc.list_slice(phones.others, place, place + 1))
        nothing = pa.nulls(len(count), pa.string())
        yield pc.replace_with_mask(nothing, pc.greater(count, place), here)


def _mend_figures(values: pa.StringArray) -> pa.StringArray:
    """Drop the `.0` and the commas of thousands that a spreadsheet or data frame gave to digits."""
    text = all_bytes(values)
    marked = [pc.ends_with(values, end) for end in _FLOAT_ENDINGS if end.encode() in text]
    if b"," in text:
        marked.append(pc.match_substring(values, ","))
    if not marked or not (suspects := reduce(pc.or_, marked).fill_null(False)).true_count:
        return values
    mended = pc.replace_substring_regex(values.filter(suspects), _FLOAT, r"\1\2")
    grouped = pc.match_substring_regex(mended, _GROUPED)
    mended = pc.if_else(grouped, pc.replace_substring(mended, ",", ""), mended)
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
    """Whether a cell that is plainly no number could be cut into some, or be dialled elsewhere."""
    no_number = pc.fill_null(pc.equal(plain, ""), False)
    if not no_number.true_count:
        return no_number
    cells = values.filter(no_number)
    more = pc.match_substring_regex(cells, _MORE)
    more = pc.and_not(more, pc.match_substring_regex(cells, _ONE_PIECE))
    return pc.replace_with_mask(no_number, no_number, more)


def _last_ten(e164: pa.StringArray) -> pa.StringArray:
    long_enough = pc.greater(pc.binary_length(e164), len("+") + 9)
    return pc.utf8_slice_codeunits(pc.if_else(long_enough, e164, None), -10)


def _spread(
    results: Iterable[object], values: pa.DictionaryArray, kind: pa.DataType | None = None
) -> pa.Array:
    """One result for each distinct value, laid out row by row."""
    return pa.array(results, kind or pa.string()).take(values.indices)

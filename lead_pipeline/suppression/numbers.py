"""Cells of a list -> the digits of E.164 as whole numbers, by which entries are kept and compared.

More is taken than the rest of the package takes for a valid phone: a list may know of an area code
before libphonenumber does, and an entry that matches nothing harms nobody.
"""

import re
from dataclasses import dataclass

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.phones import normalize_phones

# NXX-NXX-XXXX, N being 2 to 9 (North American Numbering Plan), bare and as people write it.
_NANP = r"^[2-9]\d{2}[2-9]\d{6}$"
_WRITTEN = r"^\s*(?:\+?1[\s.-]?)?\(?([2-9]\d{2})\)?[\s.-]?([2-9]\d{2})[\s.-]?(\d{4})\s*$"
_INSIDE = re.compile(r"(?<![\d+])([2-9]\d{2})\)?[\s.-]{0,2}([2-9]\d{2})[\s.-]?(\d{4})(?!\d)")
_NANP_CODE = 1
# What is said of cells in which words stand beside a number.
_WORDY = ["invalid_phone", "partly_invalid_phone", "words_beside_phone"]
# Words beside a number that was read are no reason to turn a line down.
_REASONS = {
    "invalid_phone": "no valid phone number",
    "lost_digits": "a spreadsheet rounded the number away",
    "partly_invalid_phone": "one of its numbers is not valid",
    "too_many_numbers": "too many numbers in one cell",
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a column: `first` (int64) and `problems` (text) are as long as the column.

    `further` are the other numbers in cells that hold several, `further_at` the rows of these.
    """

    first: pa.Int64Array
    problems: pa.StringArray
    further: pa.Int64Array
    further_at: pa.Int64Array


def read_numbers(cells: pa.StringArray, region: str) -> Numbers:
    """Read every cell of a list's column; empty ones give nothing and no problem.

    Args:
        region: ISO 3166-1 alpha-2, of numbers without a country code.
    """
    plain = _plain(cells, region)
    left = pc.and_(plain.is_null(), cells.is_valid())
    odd = cells.filter(left)
    phones = normalize_phones(odd, region)
    rows = pc.indices_nonzero(left)
    parents = pc.list_parent_indices(phones.others).cast(pa.int64())
    within = _among_words(odd, phones.problems, region)
    further_within = pc.list_slice(within, 1)
    # Where one of several cannot be read that is told, though words stand beside it.
    found = pc.and_(within.is_valid(), phones.e164.is_null())
    problems = pc.if_else(found, pa.scalar(None, pa.string()), phones.problems)
    problems = problems.dictionary_encode()
    reasons = pa.array([_REASONS.get(one) for one in problems.dictionary.to_pylist()], pa.string())
    first = pc.coalesce(as_number(phones.e164), pc.list_element(within, 0))
    return Numbers(
        first=pc.replace_with_mask(plain, left, first),
        problems=pc.replace_with_mask(
            pa.nulls(len(cells), pa.string()), left, reasons.take(problems.indices)
        ),
        further=pa.concat_arrays(
            [as_number(pc.list_flatten(phones.others)), pc.list_flatten(further_within)]
        ),
        further_at=rows.take(
            pa.concat_arrays([parents, pc.list_parent_indices(further_within).cast(pa.int64())])
        ),
    )


def as_number(e164: pa.StringArray) -> pa.Int64Array:
    """`+12025550123` as 12025550123."""
    return pc.utf8_slice_codeunits(e164, 1).cast(pa.int64())


def _among_words(cells: pa.StringArray, problems: pa.StringArray, region: str) -> pa.ListArray:
    """The numbers in each cell that is more than a number (`asked 3 May`); null where none is."""
    found: list[list[int] | None] = [None] * len(cells)
    for row in pc.indices_nonzero(pc.is_in(problems, pa.array(_WORDY))):
        found[row.as_py()] = _numbers_in(cells[row.as_py()].as_py(), region) or None
    return pa.array(found, pa.list_(pa.int64()))


def _numbers_in(text: str, region: str) -> list[int]:
    """Every number in a text, once."""
    found = [
        match.number.country_code
        * 10 ** len(phonenumbers.national_significant_number(match.number))
        + int(phonenumbers.national_significant_number(match.number))
        for match in phonenumbers.PhoneNumberMatcher(text, region)
    ]
    if phonenumbers.country_code_for_region(region) == _NANP_CODE:
        found += [int("1" + "".join(parts)) for parts in _INSIDE.findall(text)]
    return list(dict.fromkeys(found))


def _plain(cells: pa.StringArray, region: str) -> pa.Int64Array:
    """What is written as a number of the North American plan, where that is the region's plan."""
    if phonenumbers.country_code_for_region(region) != _NANP_CODE:
        return pa.nulls(len(cells), pa.int64())
    if not pc.all(pc.match_substring_regex(cells, _NANP)).as_py():
        cells = pc.replace_substring_regex(cells, _WRITTEN, r"\1\2\3")
    fits = pc.match_substring_regex(cells, _NANP).fill_null(False)
    national = cells.filter(fits).cast(pa.int64())
    number = pc.add(national, _NANP_CODE * 10**10)
    return pc.replace_with_mask(pa.nulls(len(cells), pa.int64()), fits, number)

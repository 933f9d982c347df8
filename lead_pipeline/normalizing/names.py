"""Names out of one column or several: whose they are (a person, two, a company), split and joined.

How the name of one person is split is in name_parts.py, how companies are told in companies.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.capitals import mend_capitals
from lead_pipeline.normalizing.companies import is_company
from lead_pipeline.normalizing.joining import join_present
from lead_pipeline.normalizing.name_case import set_words
from lead_pipeline.normalizing.name_dress import undress, without_nobody, without_nothing
from lead_pipeline.normalizing.name_parts import Parts, split_names
from lead_pipeline.normalizing.name_words import is_courtesy
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

_LONGEST = 100  # characters; what is longer is a remark, not a name
_NO_NAME = r"@|\d.*\d.*\d|^[^\pL]*$|(?i:https?:|^www\.)"
_TWO_PEOPLE = r"\pL\.? ?[&+/;] ?\pL|(?i: and | et al\b)"
_INITIAL = r"^\pL\.?$"
_NULL = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True)
class Names:
    """One value a row in every array, null where there is none.

    Of a company only `full_name` is given, capitals as written. `problems`: `two_people` and
    `unsplit_name` (`full_name` as it stands, the parts only if they came apart), `not_a_name` (a
    mail address, a number: nothing is given), `placeholder_name` (`Test User`, `Unknown`: nothing
    is given for it), `remark_in_name` (what stood behind the name or in brackets was cut off).
    """

    full_name: pa.StringArray
    first_name: pa.StringArray
    middle_name: pa.StringArray
    last_name: pa.StringArray
    prefix: pa.StringArray
    suffix: pa.StringArray
    is_company: pa.BooleanArray
    problems: pa.StringArray


def normalize_names(
    full: pa.StringArray | None,
    first: pa.StringArray | None,
    middle: pa.StringArray | None,
    last: pa.StringArray | None,
) -> Names:
    """Names out of the columns there are, all of one length (`None`: no such column).

    In a row with a first or a last name those win over `full`; a full name that was put into one
    of them is split. What a column calls a first or a last name is one, be it a title elsewhere
    (`King`, `Dean`). Capitals are mended where a name is all in one case, and of single words that
    are surely in the wrong one. Raises ValueError if there is no column at all.
    """
    columns = [full, first, middle, last]
    rows = next((len(column) for column in columns if column is not None), None)
    if rows is None:
        raise ValueError("normalize_names needs at least one column")
    if all(column is None or column.null_count == rows for column in columns):
        nothing = pa.nulls(rows, pa.string())
        no = pa.repeat(pa.scalar(False), rows)
        return Names(nothing, nothing, nothing, nothing, nothing, nothing, no, nothing)
    cells = [_clean(column, rows) for column in columns]
    written, nobody = without_nobody(_written(*(cell.names for cell in cells)))
    full, first, middle, last = (pc.if_else(nobody, None, cell.names) for cell in cells)

    company = pc.fill_null(is_company(written), False)
    problems = _problems(written, company)
    one = pc.and_not(pc.is_null(problems), company)
    parts = split_names(pc.if_else(one, _to_split(written, first, last), None))
    parts = _as_columns_have_it(parts, first, middle, last)
    parts = _as_columns_say(parts, one, first, middle, last)
    parts |= {part: set_words(parts[part]) for part in ("first", "middle", "last")}
    whole = join_present([parts["first"], parts["middle"], parts["last"], parts["suffix"]], " ")
    unsplit = pc.and_(one, pc.and_(pc.is_valid(written), pc.is_null(whole)))
    problems = pc.if_else(unsplit, "unsplit_name", problems)
    two = pc.fill_null(pc.equal(problems, "two_people"), False)
    not_a_name = pc.fill_null(pc.equal(problems, "not_a_name"), False)
    kept = pc.if_else(pc.or_(pc.is_valid(whole), not_a_name), None, written)
    as_it_stands = pc.if_else(company, written, mend_capitals(pc.if_else(company, None, kept)))
    return Names(
        full_name=pc.coalesce(whole, as_it_stands),
        first_name=pc.coalesce(mend_capitals(pc.if_else(two, first, None)), parts["first"]),
        middle_name=parts["middle"],
        last_name=pc.coalesce(mend_capitals(pc.if_else(two, last, None)), parts["last"]),
        prefix=parts["prefix"],
        suffix=parts["suffix"],
        is_company=company,
        problems=pc.coalesce(problems, _told(cells, nobody)),
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column of names without what stands around them; where something was cut off one, and
    where a cell says that there is none."""

    names: pa.StringArray
    cut: pa.BooleanArray
    emptied: pa.BooleanArray


def _clean(values: pa.StringArray | None, rows: int) -> _Cells:
    nowhere = pa.array(np.zeros(rows, bool))
    if values is None:
        return _Cells(pa.nulls(rows, pa.string()), nowhere, nowhere)
    names, cut = undress(drop_placeholders(tidy_text(values)))
    names, emptied = without_nothing(names)
    return _Cells(names, cut, emptied)


def _written(
    full: pa.StringArray, first: pa.StringArray, middle: pa.StringArray, last: pa.StringArray
) -> pa.StringArray:
    apart = pc.or_(pc.is_valid(first), pc.is_valid(last))
    return pc.if_else(apart, join_present([first, middle, last], " "), pc.coalesce(full, middle))


def _told(cells: Sequence[_Cells], nobody: pa.BooleanArray) -> pa.StringArray:
    """What was left out of names that came apart well."""
    emptied = reduce(pc.or_, (cell.emptied for cell in cells), nobody)
    cut = reduce(pc.or_, (cell.cut for cell in cells))
    return pc.case_when(
        pc.make_struct(emptied, cut),
        pa.scalar("placeholder_name"),
        pa.scalar("remark_in_name"),
        _NULL,
    )


def _problems(written: pa.StringArray, company: pa.BooleanArray) -> pa.StringArray:
    two = pc.and_not(pc.match_substring_regex(written, _TWO_PEOPLE), company)
    long = pc.greater(pc.utf8_length(written), _LONGEST)
    nobody = pc.match_substring_regex(written, _NO_NAME)
    return pc.case_when(
        pc.make_struct(*(pc.fill_null(mask, False) for mask in (nobody, long, two))),
        *(pa.scalar(code) for code in ("not_a_name", "unsplit_name", "two_people")),
        _NULL,
    )


def _to_split(
    written: pa.StringArray, first: pa.StringArray, last: pa.StringArray
) -> pa.StringArray:
    """What is to be split: `Doe, Jane` where the file has the two apart, so that they stay so.

    A middle name in a column of its own has come apart already.
    """
    bare_last = pc.replace_substring(last, ",", "")
    both = pc.binary_join_element_wise(bare_last, first, ", ")
    return pc.coalesce(both, first, last, written)


def _as_columns_have_it(
    parts: Parts, first: pa.StringArray, middle: pa.StringArray, last: pa.StringArray
) -> Parts:
    """`Mary Ann` in a column for first names is a first name, not a first and a middle one."""
    given, second, family = parts["first"], parts["middle"], parts["last"]
    apart = pc.and_(pc.is_valid(first), pc.is_valid(last))
    has_middle = pc.and_(pc.or_(pc.is_valid(first), pc.is_valid(last)), pc.is_valid(middle))
    one_name = pc.or_(has_middle, pc.invert(pc.match_substring_regex(second, _INITIAL)))
    joined = pc.fill_null(pc.and_(apart, one_name), False)
    only_last = pc.and_(pc.is_null(first), pc.and_(pc.is_valid(last), pc.is_null(family)))
    given = pc.if_else(joined, join_present([given, second], " "), given)
    second = pc.if_else(has_middle, mend_capitals(middle), pc.if_else(joined, None, second))
    return parts | {
        "first": _lowered_voice(pc.if_else(only_last, None, given)),
        "middle": second,
        "last": _lowered_voice(pc.if_else(only_last, given, family)),
    }


def _as_columns_say(
    parts: Parts,
    one: pa.BooleanArray,
    first: pa.StringArray,
    middle: pa.StringArray,
    last: pa.StringArray,
) -> Parts:
    """A name for each column that has one: `King` under first names is no title, `MD` no degree."""
    given, family = parts["first"], parts["last"]
    courtesy = pc.fill_null(is_courtesy(first), False)
    called = pc.and_not(pc.is_valid(first), courtesy)
    nameless = pc.and_(called, pc.is_null(given))
    alone = pc.and_(pc.and_(nameless, pc.is_null(last)), pc.is_valid(family))  # `Dr. Jane`
    without = pc.or_(nameless, pc.and_(pc.is_valid(last), pc.is_null(family)))
    stands = pc.and_(pc.and_(one, pc.invert(courtesy)), pc.and_not(without, alone))
    return parts | {
        "prefix": pc.if_else(stands, None, parts["prefix"]),
        "first": pc.if_else(stands, mend_capitals(first), pc.if_else(alone, family, given)),
        "middle": pc.if_else(stands, mend_capitals(middle), parts["middle"]),
        "last": pc.if_else(stands, mend_capitals(last), pc.if_else(alone, None, family)),
        "suffix": pc.if_else(stands, None, parts["suffix"]),
    }


def _lowered_voice(values: pa.StringArray) -> pa.StringArray:
    """`SMITH` of `SMITH, Jane` as `Smith`; two capitals may be initials and stay."""
    shouted = pc.and_(
        pc.equal(values, pc.utf8_upper(values)), pc.greater(pc.utf8_length(values), 2)
    )
    return pc.if_else(shouted, mend_capitals(values), values)

"""Which columns hold the phones and mails of a file, where only the values can tell.

Headers, and what values look like, are for fields/; here they are read as an import reads them.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa

from lead_pipeline.choices.mappings import Overrides
from lead_pipeline.fields.candidates import clearest
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.flags import speaks
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.fields.model import ColumnMatch, Kind, Mapping
from lead_pipeline.fields.vocabulary import names_others
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.reading import Problem
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

_SAMPLE_ROWS = 200
_FIRST = {Kind.EMAIL: "email", Kind.PHONE: "phone_1"}
_CALLED = {Kind.EMAIL: "mails", Kind.PHONE: "phones"}
# Fewer values prove nothing against a column, nor do so few numbers for one without a clear header.
_FEWEST = {Kind.EMAIL: 1, Kind.PHONE: 5}
# The share of values that must be valid in a column whose header says nothing.
_MOST = 0.8
# What has fewer digits is an extension or a short code; ITU-T E.164 numbers have up to 15.
_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class _Held:
    """A column in which `valid` of the `looked_at` distinct values are of a kind."""

    column: ColumnMatch
    kind: Kind
    valid: int
    looked_at: int


def map_file(
    header: Sequence[str],
    cells: pa.RecordBatch,
    region: str,
    profile: str | None = None,
    overrides: Overrides | None = None,
) -> Mapping:
    """The mapping of a file by its header and its first rows.

    A column that looks like phones and has not one that is valid is none, nor is one under a header
    for phones whose values are all too short. Where no column of the mapping has a valid phone or
    mail, those whose header says nothing and whose values are valid are taken.

    Args:
        region: ISO 3166-1 alpha-2, of phones without a country code.
    """
    head = cells.slice(0, _SAMPLE_ROWS)
    rows = [list(row) for row in zip(*(c.to_pylist() for c in head.columns), strict=True)]

    @cache
    def values(index: int) -> pa.StringArray:
        return drop_placeholders(tidy_text(head.column(index))).unique().drop_null()

    def mapped(no_phones: Collection[int] = (), by_values: dict[int, str] | None = None) -> Mapping:
        return map_columns(
            header, rows, profile=profile, overrides=overrides,
            no_phones=no_phones, by_values=by_values,
        )  # fmt: skip

    mapping = mapped()
    short = [c for c in mapping.columns if _is_no_phone(c, values, region)]
    if short:
        mapping = mapped([column.index for column in short])
    problems = [*map(_told_no_phone, short), *_told_swapped(mapping)]
    held = [] if _is_callable(mapping, values, region) else _held(mapping, values, region)
    if found := _free(held):
        mapping = mapped([column.index for column in short], found)
    problems += [_told(one, found.get(one.column.index)) for one in held]
    return replace(mapping, problems=tuple(problems))


def _valid(values: pa.StringArray, kind: Kind, region: str) -> int:
    read = normalize_emails(values).address if kind is Kind.EMAIL else None
    read = normalize_phones(values, region).e164 if read is None else read
    return len(read) - int(read.null_count)


def _is_no_phone(column: ColumnMatch, values: Callable[[int], pa.StringArray], region: str) -> bool:
    if column.field is None or fields()[column.field].kind is not Kind.PHONE:
        return False
    said = values(column.index)
    if column.how == "override" or not len(said):
        return False
    if column.how == "values":
        return not _valid(said, Kind.PHONE, region)
    if len(said) < _FEWEST[Kind.PHONE]:
        return False
    return all(len(re.sub(r"\D", "", text)) < _SHORTEST_PHONE for text in said.to_pylist())


def _is_callable(mapping: Mapping, values: Callable[[int], pa.StringArray], region: str) -> bool:
    """Whether a phone or mail of the people of the file is valid in its first rows."""
    groups = mapping.profile.contacts
    channels = {name for group in groups for name in group.emails}
    channels |= {name for group in groups for slot in group.phones for name in slot.numbers}
    return any(
        _valid(values(column.index), fields()[column.field].kind, region)
        for column in mapping.columns
        if column.field in channels
    )


def _held(mapping: Mapping, values: Callable[[int], pa.StringArray], region: str) -> list[_Held]:
    """The columns that feed no phone or mail and hold some."""
    return [
        _Held(column, kind, valid, len(values(column.index)))
        for column in mapping.columns
        if column.field is None or fields()[column.field].kind not in _FIRST
        for kind in _FIRST
        if (valid := _valid(values(column.index), kind, region))
    ]


def _free(held: Sequence[_Held]) -> dict[int, str]:
    """Column -> field, for the first of each kind that nobody else's, and nothing else, is."""
    found: dict[int, str] = {}
    for one in held:
        column, field = one.column, _FIRST[one.kind]
        said_nothing = column.field is None and column.how != "override"
        is_free = said_nothing and not names_others(column.header)
        if not is_free or speaks(column.header, None, column.how) or field in found.values():
            continue
        if one.valid >= max(_FEWEST[one.kind], _MOST * one.looked_at):
            found[column.index] = field
    return found


def _told_swapped(mapping: Mapping) -> Iterator[Problem]:
    """Columns that hold what another header of theirs says: a name under a header of mails."""
    for column in mapping.columns:
        kinds = [fields()[n].kind for n in (clearest(column.header), column.field) if n is not None]
        if column.how == "alias" and sorted(kinds) == [Kind.EMAIL, Kind.NAME]:
            text = f"{column.header}: by its values it is {column.field}, and was read so."
            yield Problem("swapped_columns", text, column=column.header)


def _told_no_phone(column: ColumnMatch) -> Problem:
    text = f"{column.header}: no value of it is a phone number; it is kept as it stands."
    return Problem("no_phones", text, column=column.header)


def _told(one: _Held, field: str | None) -> Problem:
    header, many = one.column.header, f"{one.valid} of {one.looked_at} values"
    if field is not None:
        text = (
            f"{header}: no other column has a valid phone or mail, and {many} of this one are "
            f"{_CALLED[one.kind]}: it is read as {field}."
        )
        return Problem("by_values", text, column=header)
    text = (
        f"{header}: {many} are {_CALLED[one.kind]}, and no column that is read as one has any. If "
        f"they are of the people to call, settle it: lead-pipeline mappings set."
    )
    return Problem("not_read", text, column=header)

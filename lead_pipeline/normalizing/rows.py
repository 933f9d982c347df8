"""From a batch of raw rows to normalized contacts, invalid contacts and rejected rows.

Which columns come out is plan.py's business, who stands in a row contacts.py's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Field
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.contacts import Columns, Group, filled_in, first_valid, unfold
from lead_pipeline.normalizing.filled import Filled, count_filled
from lead_pipeline.normalizing.flags import read_flags
from lead_pipeline.normalizing.match_columns import match_columns
from lead_pipeline.normalizing.normalize import clean_column
from lead_pipeline.normalizing.notes import Notes
from lead_pipeline.normalizing.plan import Plan, normalized_columns
from lead_pipeline.normalizing.regions import LOCAL, clean_by_region, regions_of
from lead_pipeline.normalizing.tags import tag

NOT_CONTACTABLE = "not_contactable"
NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Normalized:
    """What a batch of `rows` rows became, in which `found` contacts stand; the tables' columns are
    those of `normalized_columns` and of the staging tables `invalid` and `rejected` (without the
    raw cells). `contact_columns` are the columns of phones and mails, by field."""

    contacts: pa.Table
    invalid: pa.Table
    rejected: pa.Table
    rows: int
    found: int
    contact_columns: Mapping[str, Filled]


def normalize_rows(columns: Columns, numbers: pa.Int64Array, plan: Plan) -> Normalized:
    """Normalise a batch: `columns` are raw text by field name (beside `extra` and `raw_payload`),
    all of one length."""
    rows = len(numbers)
    row_columns, row_notes = _clean_row_fields(columns, plan)
    if plan.keeps_raw:
        row_columns["raw_payload"] = columns.get("raw_payload", pa.nulls(rows, pa.string()))
    row_columns["extra"] = columns.get("extra", pa.nulls(rows, pa.string()))
    columns = filled_in(columns, plan.groups)
    groups = unfold(
        columns, rows, plan.groups, plan.profile.contactable, plan.region, plan.phone_codes
    )
    flags, idle_flags = read_flags(columns, groups, plan.flags, rows)
    row_notes.extend(idle_flags)
    accepted, invalid = [], []
    for group, flagged in zip(groups, flags, strict=True):
        callable_ = pc.and_(group.found, pc.is_null(group.reason))
        made = _accepted(group, callable_, columns, numbers, row_columns, row_notes, plan)
        if plan.flags:
            made["flags"] = flagged.take(made[_POSITION])
        accepted.append(pa.table(made))
        invalid.append(_invalid(group, pc.and_(group.found, pc.is_valid(group.reason)), numbers))
    contacts = _with_rows(accepted, row_columns, plan)
    refused = _sorted(invalid) if invalid else _nothing(_INVALID)
    found = contacts.num_rows + refused.num_rows
    filled = count_filled(columns, groups, row_columns, plan)
    return Normalized(contacts, refused, _rejected(numbers, groups), rows, found, filled)


_POSITION = "position"  # of a contact's row in the batch, until the row's columns stand beside it
_INVALID = [
    "original_lead_id", "contact_number", "contact_role", "code", "reason",
    "contact_name", "email", "phone",
]  # fmt: skip


def _clean_row_fields(columns: Columns, plan: Plan) -> tuple[dict[str, pa.Array], Notes]:
    cleaned: dict[str, pa.Array] = {}
    notes = Notes()
    regions = regions_of(columns, plan.region)
    for f in plan.row_fields:
        raw = columns[f.name]

        def clean(cells: pa.StringArray, region: str, f: Field = f) -> Cleaned:
            order = plan.orders.get(f.name)
            return clean_column(
                f, cells, region=region, zone=plan.zone, order=order, today=plan.today
            )

        if raw.null_count == len(raw):
            result = Cleaned(raw, raw)  # common in wide exports, and needs no work
        elif regions is not None and f.kind in LOCAL:
            result = clean_by_region(clean, raw, regions)
        else:
            result = clean(raw, plan.region)
        cleaned[f.name] = result.values
        notes.add(f.name, raw, result.problems)
    return cleaned, notes


def _accepted(
    group: Group,
    mask: pa.BooleanArray,
    columns: Columns,
    numbers: pa.Int64Array,
    row_columns: Mapping[str, pa.Array],
    row_notes: Notes,
    plan: Plan,
) -> dict[str, pa.Array]:
    """The columns of one group's callable contacts, without those of their rows."""
    rows = len(numbers)
    at = pc.indices_nonzero(mask)
    notes = Notes()
    values: dict[str, pa.Array] = {
        "contact_name": group.names.full_name,
        "contact_first_name": group.names.first_name,
        "contact_last_name": group.names.last_name,
        "contact_email": first_valid([mail.address for mail in group.emails], rows),
        "phone_e164": first_valid([slot.phones.e164 for slot in group.slots], rows),
        "phone_number_normalized": _last10_of_first(group, rows),
        **match_columns(group, row_columns, plan),
    }
    for position, slot in enumerate(group.slots, start=1):
        values[f"contact_phone_{position}"] = slot.phones.e164
        values[f"contact_phone_{position}_type"] = slot.type
        values[f"contact_phone_{position}_dnc"] = slot.do_not_call
        values[f"contact_phone_{position}_litigator"] = slot.litigator
        number = slot.fields.number
        notes.add(number, columns[number], slot.phones.problems, slot.phones.suggestions)
    for position, phones in enumerate(group.further_phones, start=len(group.slots) + 1):
        values[f"contact_phone_{position}"] = phones
    for position, mail in enumerate(group.emails, start=1):
        values[f"contact_email_{position}"] = mail.address
        name = group.group.emails[position - 1]
        notes.add(name, columns[name], mail.problems, mail.suggestion)
    for mark in ("is_role", "is_disposable"):
        if group.emails:
            marks = (getattr(mail, mark) for mail in group.emails)
            values[f"email_{mark}"] = reduce(pc.or_kleene, marks)
    notes.add("contact_name", group.raw_name, group.names.problems)
    batch = pa.record_batch(values).take(at)  # in one call: they are many
    taken = dict(zip(batch.schema.names, batch.columns, strict=True))
    taken[_POSITION] = at
    taken["original_lead_id"] = numbers.take(at)
    taken["contact_number"] = pa.repeat(pa.scalar(group.number, pa.int16()), len(at))
    taken["contact_role"] = pa.repeat(group.group.role, len(at))
    taken["problems"] = notes.as_json(at, row_notes)
    return taken


def _with_rows(
    accepted: list[pa.Table], row_columns: Mapping[str, pa.Array], plan: Plan
) -> pa.Table:
    """The contacts of all groups, with the columns of their rows: the normalized table.

    The columns of rows are taken last and once, since most columns of wide exports are such.
    """
    names = [column.name for column in normalized_columns(plan)]
    if not accepted:
        return _nothing(names)
    contacts = _sorted(accepted)
    rows = pa.table(dict(row_columns)).take(contacts[_POSITION].combine_chunks())
    values = dict(zip(contacts.column_names, contacts.columns, strict=True))
    values |= dict(zip(rows.column_names, rows.columns, strict=True))
    values["tags"] = _tags(values, plan)
    nothing = pa.nulls(contacts.num_rows)
    return pa.table({name: values.get(name, nothing) for name in names})


def _tags(values: Mapping[str, pa.ChunkedArray], plan: Plan) -> pa.StringArray:
    """The tags of each contact as a PostgreSQL array literal; null without any."""
    tags = tag(pa.table(dict(values)), plan.rules)
    joined = pc.binary_join_element_wise("{", pc.binary_join(tags, ","), "}", "")
    return pc.if_else(pc.greater(pc.list_value_length(tags), 0), joined, None)


def _last10_of_first(group: Group, rows: int) -> pa.StringArray:
    """The last ten digits of the first valid phone (which may have fewer than ten)."""
    result = pa.nulls(rows, pa.string())
    for slot in reversed(group.slots):
        result = pc.if_else(pc.is_valid(slot.phones.e164), slot.phones.last10, result)
    return result


def _invalid(group: Group, mask: pa.BooleanArray, numbers: pa.Int64Array) -> pa.Table:
    at = pc.indices_nonzero(mask)
    return pa.table(
        [
            numbers.take(at),
            pa.repeat(pa.scalar(group.number, pa.int16()), len(at)),
            pa.repeat(group.group.role, len(at)),
            group.code.take(at),
            group.reason.take(at),
            group.raw_name.take(at),
            group.raw_email.take(at),
            group.raw_phone.take(at),
        ],
        names=_INVALID,
    )


def _rejected(numbers: pa.Int64Array, groups: list[Group]) -> pa.Table:
    """Rows without any contact that can be called, with the reason of their first contact."""
    rows = len(numbers)
    no = pa.repeat(pa.scalar(False), rows)
    found, good = no, no
    reason: pa.Array = pa.nulls(rows, pa.string())
    for group in groups:
        found = pc.or_(found, group.found)
        good = pc.or_(good, pc.and_(group.found, pc.is_null(group.reason)))
        own = pc.if_else(group.found, group.reason, pa.scalar(None, pa.string()))
        reason = pc.coalesce(reason, own)
    at = pc.indices_nonzero(pc.invert(good))
    found, reason = found.take(at), reason.take(at)
    return pa.table(
        {
            "row_number": numbers.take(at),
            "code": pc.if_else(found, NOT_CONTACTABLE, NO_CONTACT),
            "reason": pc.if_else(
                found,
                pc.binary_join_element_wise("no contact of this row can be called: ", reason, ""),
                "nobody stands in this row: its name, phone and email columns are empty",
            ),
        }
    )


def _sorted(tables: list[pa.Table]) -> pa.Table:
    whole = pa.concat_tables(tables, promote_options="permissive")
    if len(tables) == 1:
        return whole
    return whole.sort_by([("original_lead_id", "ascending"), ("contact_number", "ascending")])


def _nothing(names: Iterable[str]) -> pa.Table:
    return pa.table({name: pa.nulls(0, pa.string()) for name in names})

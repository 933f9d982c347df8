"""The columns by which a contact is recognised elsewhere: mails, phones, external id, event time.

They stand in every normalized table under the same names, whatever layout the file had.
"""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.contacts import Group
from lead_pipeline.normalizing.joining import join_present
from lead_pipeline.normalizing.plan import Plan

# Lists without a known layout often number their rows, and call that an id: it tells nobody apart.
_ROW_COUNTER = r"^\d{1,5}$"


def match_columns(
    group: Group, row_columns: Mapping[str, pa.Array], plan: Plan
) -> dict[str, pa.Array]:
    """`emails`, `email_keys`, `phones`, `no_keys` (array literals), `external_id`, `event_at` of a
    group."""
    rows = len(group.found)
    keys = _each_once([mail.match_key for mail in group.emails])
    addresses = [
        pc.if_else(pc.is_valid(key), mail.address, None)
        for key, mail in zip(keys, group.emails, strict=True)
    ]
    phones = _each_once([*(slot.phones.e164 for slot in group.slots), *group.further_phones])
    return {
        "emails": _array_literal(addresses, rows),
        "email_keys": _array_literal(keys, rows),
        "phones": _array_literal(phones, rows),
        "no_keys": _array_literal(
            [*_nobodys(group, keys), *_of_company(group, phones, plan)], rows
        ),
        "external_id": _external_id(group, row_columns, plan, rows),
        "event_at": row_columns[plan.event_time] if plan.event_time else pa.nulls(rows),
    }


def _nobodys(group: Group, keys: Sequence[pa.StringArray]) -> Iterator[pa.StringArray]:
    """Those of the mails that tell nobody apart."""
    for key, mail in zip(keys, group.emails, strict=True):
        if mail.is_own.true_count < len(key):
            yield pc.if_else(mail.is_own, pa.scalar(None, pa.string()), key)


def _of_company(
    group: Group, phones: Sequence[pa.StringArray], plan: Plan
) -> Iterator[pa.StringArray]:
    """Those of the phones that are a company's, unless they are the person's own too."""
    for slot, numbers in zip(group.slots, phones, strict=False):  # further ones stand behind
        if slot.fields.number in plan.company_phones:
            yield numbers


def _each_once(columns: Sequence[pa.StringArray]) -> list[pa.StringArray]:
    """The columns, each without the values that an earlier one has in the same row."""
    kept: list[pa.StringArray] = []
    for column in columns:
        for earlier in kept:
            again = pc.fill_null(pc.equal(column, earlier), False)
            column = pc.if_else(again, pa.scalar(None, pa.string()), column)
        kept.append(column)
    return kept


def _array_literal(columns: Sequence[pa.StringArray], rows: int) -> pa.StringArray:
    """PostgreSQL's text of an array of what is there; null where nothing is.

    Addresses and phones hold no quote and no backslash, so that quoting them is enough.
    """
    if not columns:
        return pa.nulls(rows, pa.string())
    joined = join_present(columns, '","')
    return pc.binary_join_element_wise('{"', joined, '"}', "")


def _external_id(
    group: Group, row_columns: Mapping[str, pa.Array], plan: Plan, rows: int
) -> pa.StringArray:
    """The row's id; where a row may hold several contacts, with the number of the contact."""
    if plan.external_id is None:
        return pa.nulls(rows, pa.string())
    values = row_columns[plan.external_id].cast(pa.string())
    if not plan.profile.signature:
        counter = pc.fill_null(pc.match_substring_regex(values, _ROW_COUNTER), False)
        values = pc.if_else(counter, pa.scalar(None, pa.string()), values)
    if len(plan.groups) > 1:
        values = pc.binary_join_element_wise(values, str(group.number), "/")
    return values

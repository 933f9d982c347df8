"""How good a file is, in figures: what is filled and valid of it, who is known, what it costs."""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind
from lead_pipeline.normalizing.filled import Filled

_STREETS = ("address_1", "address_full")
_PLACES = ("city", "state")


def complete_addresses(contacts: pa.Table) -> Filled:
    """Contacts that have any part of an address; valid are those that a letter would reach.

    That is: a street, with the postal code or with city and state.
    """
    street = _any(contacts, _STREETS)
    code, city, state = (_any(contacts, [name]) for name in ("postal_code", *_PLACES))
    placed = pc.or_(code, pc.and_(city, state))
    parts = reduce(pc.or_, (street, code, city, state))
    return Filled(_count(parts), _count(pc.and_(street, placed)))


def quality(
    filled: Mapping[str, Filled],
    addresses: Filled,
    contacts: Mapping[str, int],
    cost_per_lead: Decimal | None,
) -> dict[str, Any]:
    """The figures as plain data.

    Args:
        filled: the columns of phones and mails, by field.
        contacts: how many came to each outcome; new ones are what is paid for.
        cost_per_lead: None where nobody has said it.
    """
    duplicates = [count for outcome, count in contacts.items() if outcome.endswith("_duplicate")]
    return {
        "phones": _facts(_of_kind(filled, Kind.PHONE)),
        "mails": _facts(_of_kind(filled, Kind.EMAIL)),
        "addresses": _facts(addresses),
        "duplicates": sum(duplicates),
        "suppressed": contacts["suppressed"],
        "estimated_cost": None if cost_per_lead is None else cost_per_lead * contacts["new"],
    }


def _of_kind(filled: Mapping[str, Filled], kind: Kind) -> Filled:
    found = (one for name, one in filled.items() if fields()[name].kind is kind)
    return sum(found, start=Filled())


def _facts(found: Filled) -> dict[str, int]:
    return {"filled": found.filled, "valid": found.valid}


def _any(contacts: pa.Table, names: tuple[str, ...] | list[str]) -> pa.ChunkedArray:
    """Of each contact, whether one of these columns has a value."""
    none = pa.chunked_array([pa.repeat(pa.scalar(False), contacts.num_rows)])
    found = (pc.is_valid(contacts[name]) for name in names if name in contacts.column_names)
    return reduce(pc.or_, found, none)


def _count(flags: pa.ChunkedArray) -> int:
    return pc.sum(flags).as_py() or 0

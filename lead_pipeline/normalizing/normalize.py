"""Which normaliser a field's kind chooses. The normalisers themselves are the neighbours.

For columns that speak of the whole row; names, phones and mails of contacts go through contacts.py.
"""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Field, Kind
from lead_pipeline.normalizing.addresses import (
    normalize_cities,
    normalize_countries,
    normalize_postal_codes,
    normalize_states,
)
from lead_pipeline.normalizing.capitals import mend_capitals
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.companies import is_company
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.normalizing.dates import normalize_dates, normalize_timestamps
from lead_pipeline.normalizing.emails import contact_emails
from lead_pipeline.normalizing.figures import DecimalMark
from lead_pipeline.normalizing.ids import normalize_ids
from lead_pipeline.normalizing.links import normalize_ips, normalize_urls
from lead_pipeline.normalizing.numbers import (
    normalize_booleans,
    normalize_integers,
    normalize_money,
    normalize_numbers,
)
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.normalizing.streets import normalize_streets
from lead_pipeline.normalizing.windows import window_of
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

Convention = DateOrder | DecimalMark
"""How a column writes what could be read two ways: dates, or figures."""


def clean_column(
    field: Field,
    values: pa.StringArray,
    *,
    region: str,
    zone: str,
    order: Convention | None,
    today: date | None = None,
) -> Cleaned:
    """A row-level column cleaned as its field's kind asks, typed as the kind is.

    Args:
        field: its kind chooses the normaliser, its name the days that are plausible.
        values: the cells as they stand, null where empty.
        region: ISO 3166-1 alpha-2; whose phones, states and postal codes are meant.
        zone: IANA name of the time zone of timestamps that do not say theirs.
        order: whether 03/04/2026 is in March or in April, or 1,234 more than a thousand; `None`:
            nobody knows. One that is not of the field's kind says nothing about it.
        today: what the windows of dates are told by; `None`: any day will do.
    """
    first = order if isinstance(order, DateOrder) else None
    mark = order if isinstance(order, DecimalMark) else None
    window = window_of(field.name, today) if today else None
    match field.kind:
        case Kind.DATE:
            return normalize_dates(values, first, window)
        case Kind.TIMESTAMP:
            return normalize_timestamps(values, zone, first, window)
        case Kind.MONEY:
            return normalize_money(values, mark)
        case Kind.NUMBER:
            return normalize_numbers(values, mark)
        case Kind.INTEGER:
            return normalize_integers(values, mark)
        case Kind.BOOLEAN:
            return normalize_booleans(values)
        case Kind.STREET:
            return normalize_streets(values, region)
        case Kind.CITY:
            return normalize_cities(values)
        case Kind.STATE:
            return normalize_states(values, region)
        case Kind.POSTAL_CODE:
            return normalize_postal_codes(values, region)
        case Kind.COUNTRY:
            return normalize_countries(values)
        case Kind.URL:
            return normalize_urls(values)
        case Kind.IP:
            return normalize_ips(values)
        case Kind.PHONE:
            phones = normalize_phones(_said(values), region)
            several = pc.if_else(phones.others.is_valid(), "several_phones", None)
            return Cleaned(phones.e164, pc.coalesce(phones.problems, several))
        case Kind.EMAIL:
            emails = contact_emails(_said(values))
            return Cleaned(emails.address, emails.problems)
        case Kind.NAME:
            return _clean_names(values)
        case Kind.ID:
            return _fine(normalize_ids(values))
        case Kind.TEXT:
            return _fine(drop_placeholders(tidy_text(values)))


def _clean_names(values: pa.StringArray) -> Cleaned:
    """Owners, buyers and sellers in one piece: capitals mended, except those of companies."""
    names = drop_placeholders(tidy_text(values))
    return _fine(pc.if_else(is_company(names), names, mend_capitals(names)))


def _said(values: pa.StringArray) -> pa.StringArray:
    """Null instead of words for nothing, and the other cells with the line breaks they have."""
    return pc.if_else(pc.is_valid(drop_placeholders(tidy_text(values))), values, None)


def _fine(values: pa.StringArray) -> Cleaned:
    return Cleaned(values, pa.nulls(len(values), pa.string()))

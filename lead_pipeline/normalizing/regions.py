"""Whose addresses a row has: streets, states and postal codes follow the country of their row.

What each country's look like is in addresses.py and streets.py.
"""

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Kind
from lead_pipeline.normalizing.addresses import normalize_countries, postal_code_countries
from lead_pipeline.normalizing.column import Cleaned

LOCAL = frozenset({Kind.STREET, Kind.STATE, Kind.POSTAL_CODE})
"""The kinds of fields that are written differently from country to country."""

ELSEWHERE = "ZZ"  # one of the codes that ISO 3166-1 leaves to its users
_KNOWN = pa.array(["US", "CA"])  # whose states and postal codes we know


def regions_of(columns: Mapping[str, pa.StringArray], default: str) -> pa.StringArray | None:
    """For each row ISO 3166-1 alpha-2 of its country: US, CA, or `ZZ` for all others but `default`.

    A row's country is what its columns `country` and `country_code` say, else what the shape of its
    postal code says, else `default`. None if that is the country of all rows.
    """
    told = [
        normalize_countries(columns[name]).values
        for name in ("country", "country_code")
        if name in columns
    ]
    if "postal_code" in columns:
        told.append(postal_code_countries(columns["postal_code"]))
    told = [countries for countries in told if countries.null_count < len(countries)]
    if not told:
        return None
    region = pc.fill_null(pc.coalesce(*told), default)
    other = pc.and_not(pc.not_equal(region, default), pc.is_in(region, _KNOWN))
    region = pc.if_else(other, ELSEWHERE, region)
    return region if pc.any(pc.not_equal(region, default)).as_py() else None


def clean_by_region(
    clean: Callable[[pa.StringArray, str], Cleaned], values: pa.StringArray, regions: pa.StringArray
) -> Cleaned:
    """Cells cleaned as those of their row's region."""
    cleaned, problems = values, pa.nulls(len(values), pa.string())
    for region in pc.unique(regions).to_pylist():
        here = pc.equal(regions, region)
        part = clean(pc.if_else(here, values, None), region)
        cleaned = pc.if_else(here, part.values, cleaned)
        problems = pc.if_else(here, part.problems, problems)
    return Cleaned(cleaned, problems)

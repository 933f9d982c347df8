"""The plan of normalising a file, out of what loading it found."""

from collections.abc import Sequence
from typing import Any

from lead_pipeline.fields.catalogue import fields, profiles
from lead_pipeline.fields.company_phones import company_phones
from lead_pipeline.fields.flags import flags_of
from lead_pipeline.fields.model import Kind, Profile
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.conventions import orders_of
from lead_pipeline.normalizing.phone_homes import region_of_header
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.tag_rules import load_rules
from lead_pipeline.settings import Settings


def plan_of(import_: Import, settings: Settings) -> Plan:
    """What the ledger noted at loading, as the plan of normalising."""
    profile = profiles()[import_.profile or "generic"]
    kind = (import_.layout or {}).get("kind", "")
    return plan_for(profile, kind, import_.columns or [], settings, import_.region)


def plan_for(
    profile: Profile,
    kind: str,
    columns: Sequence[dict[str, Any]],
    settings: Settings,
    region: str | None = None,
) -> Plan:
    """The plan for a file of this kind (of its layout) whose `columns` were surveyed.

    `region` is that of the file; None: that of the site.
    """
    region = region or settings.default_region
    codes = {
        c["field"]: region_of_header(c["header"], region)
        for c in columns
        if c["field"] and fields()[c["field"]].kind is Kind.PHONE
    }
    return Plan(
        profile=profile,
        mapped=frozenset(c["field"] for c in columns if c["field"]),
        region=region,
        zone=settings.time_zone,
        orders=orders_of(columns),
        rules=load_rules(settings.tag_rules),
        keeps_raw=kind == "ndjson",
        flags=flags_of(columns, profile.contacts),
        phone_codes={name: code for name, code in codes.items() if code},
        numbers_in_cell={c["field"]: c.get("numbers_in_cell", 1) for c in columns if c["field"]},
        company_phones=company_phones(columns),
    )

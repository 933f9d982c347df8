"""From a clean value back to the raw text it was made of.

Used wherever a person asks what became of a cell; nothing is normalised here.
"""

from collections.abc import Mapping
from typing import Any

from lead_pipeline.normalizing.plan import Plan

Sources = Mapping[str, tuple[str, ...]]


def sources_of(contact_number: int, plan: Plan) -> Sources:
    """Column of the normalized table -> the fields it is made of, for one contact of a row."""
    group = dict(plan.groups)[contact_number]
    names = (group.full_name, group.first_name, group.middle_name, group.last_name)
    sources = {"contact_name": tuple(name for name in names if name)}
    for at, slot in enumerate(group.phones, start=1):
        sources[f"contact_phone_{at}"] = slot.numbers
    for at, email in enumerate(group.emails, start=1):
        sources[f"contact_email_{at}"] = (email,)
    return sources | {field.name: (field.name,) for field in plan.row_fields}


def changes(
    contact: Mapping[str, Any], raw: Mapping[str, str | None], sources: Sources
) -> list[dict[str, Any]]:
    """Every value that is not as it stood: column, raw text (a name's cells joined), clean value.

    A value that could not be read is null when clean; what was empty is no change.
    """
    found = []
    for column, fields in sources.items():
        texts = [value for name in fields if (value := raw[name])]
        text = " ".join(texts if column == "contact_name" else texts[:1])
        clean = contact.get(column)
        if text and (clean is None or str(clean) != text):
            found.append({"column": column, "raw": text, "clean": clean})
    return found

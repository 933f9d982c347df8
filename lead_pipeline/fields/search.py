"""Looking for fields by a word, as plain data for a command or a page."""

from typing import Any

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Field


def search_fields(word: str | None = None) -> list[dict[str, Any]]:
    """Fields with `word` in their name, description or spellings, in the order of fields.csv.

    Each is `name`, `kind`, `level`, `description` and `aliases` (spellings of its header).
    """
    sought = (word or "").casefold()
    return [_facts(field) for field in fields().values() if sought in _text(field)]


def _text(field: Field) -> str:
    """All that is searched; a space stands for the gaps of the name."""
    name = field.name.replace("_", " ")
    return "\n".join([field.name, name, field.description, *field.aliases]).casefold()


def _facts(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": str(field.kind),
        "level": str(field.level),
        "description": field.description,
        "aliases": [alias for alias in field.aliases if alias != "-"],
    }

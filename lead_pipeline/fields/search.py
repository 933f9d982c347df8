"""Looking for fields by a word, as plain data for a command or a page."""

from typing import Any

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.likeness import alike
from lead_pipeline.fields.model import ColumnMatch, Field

_MOST_SUGGESTED = 6


def search_fields(word: str | None = None) -> list[dict[str, Any]]:
    """Fields with `word` in their name, description or spellings, in the order of fields.csv.

    Each is `name`, `kind`, `level`, `description` and `aliases` (spellings of its header).
    """
    sought = (word or "").casefold()
    return [_facts(field) for field in fields().values() if sought in _text(field)]


def suggestions(column: ColumnMatch) -> list[str]:
    """The fields that a column may have been meant for, by its match and by the words of its
    header, the likeliest first."""
    likeness = alike(column.header)
    by_words = sorted(likeness, key=lambda name: (-likeness[name], name))
    found = dict.fromkeys([column.field, column.suggestion, *by_words])
    return [name for name in found if name is not None][:_MOST_SUGGESTED]


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

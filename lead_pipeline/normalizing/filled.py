"""How many cells of each column of phones and mails are filled, and how many gave a valid value.

Counting only; whether that is too few is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Kind
from lead_pipeline.normalizing.contacts import Columns, Group
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text


@dataclass(frozen=True, slots=True)
class Filled:
    """Cells of a column in which something stands, and those of them that gave a valid value."""

    filled: int = 0
    valid: int = 0

    def __add__(self, other: "Filled") -> "Filled":
        return Filled(self.filled + other.filled, self.valid + other.valid)


def count_filled(
    columns: Columns, groups: Iterable[Group], row_columns: Mapping[str, pa.Array], plan: Plan
) -> dict[str, Filled]:
    """By field, for every mapped column of phones or mails; the arrays hold what was made of it."""
    made = {f.name: row_columns[f.name] for f in plan.row_fields if f.kind in _KINDS}
    for group in groups:
        made |= {slot.fields.number: slot.phones.e164 for slot in group.slots}
        mails = zip(group.group.emails, group.emails, strict=True)
        made |= {name: mail.address for name, mail in mails}
    return {name: _count(columns[name], values) for name, values in made.items()}


_KINDS = (Kind.PHONE, Kind.EMAIL)


def _count(raw: pa.StringArray, values: pa.StringArray) -> Filled:
    valid = len(values) - values.null_count
    # Only what gave nothing has to be looked at: it may be blank, or a word for nothing.
    left = raw.filter(pc.and_(values.is_null(), raw.is_valid()))
    said = drop_placeholders(tidy_text(left))
    return Filled(valid + len(said) - said.null_count, valid)

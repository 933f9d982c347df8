"""How many cells of each column of phones and mails are filled, and how many gave a valid value.

Counting only; whether that is too few is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Kind
from lead_pipeline.normalizing.contacts import Columns, Group
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text


@dataclass(frozen=True, slots=True)
class Filled:
    """Cells of a column in which something stands, and those of them that gave a valid value.

    `shape` is how most of the others look (of those that came first, where they are the most),
    digits as 9, letters as A.
    """

    filled: int = 0
    valid: int = 0
    shape: str | None = None

    def __add__(self, other: "Filled") -> "Filled":
        shape = self.shape or other.shape
        return Filled(self.filled + other.filled, self.valid + other.valid, shape)


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
_LOOKED_AT = 1000  # cells, for their shape
_LONGEST = 30  # characters of it


def _count(raw: pa.StringArray, values: pa.StringArray) -> Filled:
    valid = len(values) - values.null_count
    # Only what gave nothing has to be looked at: it may be blank, or a word for nothing.
    left = raw.filter(pc.and_(values.is_null(), raw.is_valid()))
    said = drop_placeholders(tidy_text(left)).drop_null()
    # Where most are valid nobody asks what the others look like.
    shape = _shape(said.slice(0, _LOOKED_AT)) if len(said) > valid else None
    return Filled(valid + len(said), valid, shape)


def _shape(cells: pa.StringArray) -> str | None:
    """The shape that most of the cells have; of several the one that came first."""
    digits = pc.replace_substring_regex(cells, r"\p{N}", "9")
    shapes = pc.utf8_slice_codeunits(
        pc.replace_substring_regex(digits, r"[\pL\pM]", "A"), 0, _LONGEST
    )
    counted = pc.value_counts(shapes).to_pylist()
    return max(counted, key=itemgetter("counts"))["values"] if counted else None

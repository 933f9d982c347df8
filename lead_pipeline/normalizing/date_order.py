"""Whether a column writes the month or the day first, and what speaks for it.

The reading of dates itself is in dates.py.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

# Dots are no sign of the American order: where they are used (DIN 5008, most of Europe), the day
# comes first, so such dates are neither ambiguous nor evidence.
TWO_NUMBERS = r"(?P<one>\d{1,2})[-/ ](?P<two>\d{1,2})[-/ ](?P<year>\d{4}|\d{2})"
_YEAR_FIRST = r"^\d{4}"
_WEEKDAY = r"(?:\pL{2,9}[.,]* )?"


class DateOrder(StrEnum):
    """How 03/04/2026 is meant."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"

    @property
    def part(self) -> str:
        """What comes first, as people state it: `month` or `day`."""
        return self.removesuffix("_first")

    @classmethod
    def stated(cls, part: str) -> "DateOrder":
        """
        Raises:
            ValueError: it is neither `month` nor `day`.
        """
        return cls(f"{part}_first")


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """How many distinct values can only be read one way, and how many can be read both ways.

    Columns arrive in batches: the evidence of batches adds up.
    """

    month_first: int = 0
    day_first: int = 0
    ambiguous: int = 0

    def __add__(self, other: "OrderEvidence") -> "OrderEvidence":
        return OrderEvidence(
            self.month_first + other.month_first,
            self.day_first + other.day_first,
            self.ambiguous + other.ambiguous,
        )

    def only(self, order: DateOrder) -> int:
        """How many values can only be read in this order."""
        return self.day_first if order is DateOrder.DAY_FIRST else self.month_first

    @property
    def order(self) -> DateOrder | None:
        """The order that the values prove; `None` without proof, or with proof of both."""
        if self.month_first and not self.day_first:
            return DateOrder.MONTH_FIRST
        if self.day_first and not self.month_first:
            return DateOrder.DAY_FIRST
        return None


def detect_order(values: pa.StringArray) -> OrderEvidence:
    """What a column of dates or timestamps proves, by numbers above 12."""
    texts = pc.utf8_trim_whitespace(values.unique())
    texts = texts.filter(pc.invert(pc.match_substring_regex(texts, _YEAR_FIRST)))
    if not len(texts):
        return OrderEvidence()  # the pattern below is dear to compile, and most columns end here
    found = pc.extract_regex(texts, f"^{_WEEKDAY}{TWO_NUMBERS}")
    one, two = (pc.struct_field(found, name).cast(pa.int64()) for name in ("one", "two"))
    return OrderEvidence(
        month_first=_count(pc.and_(pc.less_equal(one, 12), pc.greater(two, 12))),
        day_first=_count(pc.and_(pc.greater(one, 12), pc.less_equal(two, 12))),
        ambiguous=_count(is_ambiguous(one, two)),
    )


def is_ambiguous(one: pa.Int64Array, two: pa.Int64Array) -> pa.BooleanArray:
    """Whether either number may be the month and it makes a difference which."""
    months = pc.and_(pc.less_equal(one, 12), pc.less_equal(two, 12))
    return pc.and_(months, pc.not_equal(one, two))


def _count(mask: pa.BooleanArray) -> int:
    return pc.sum(mask).as_py() or 0

"""How the columns of one file write what can be read two ways: 03/04/2026, and 1,234.

Evidence is gathered over the whole file, settled once, and said; reading the values themselves is
the normalisers' part.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import ColumnMatch, Kind
from lead_pipeline.normalizing.date_order import DateOrder, OrderEvidence, detect_order
from lead_pipeline.normalizing.figures import DecimalMark, MarkEvidence, detect_mark
from lead_pipeline.normalizing.normalize import Convention
from lead_pipeline.reading import Problem

_DATES = (Kind.DATE, Kind.TIMESTAMP)
_FIGURES = (Kind.MONEY, Kind.NUMBER, Kind.INTEGER)
_OTHER = {
    DateOrder.DAY_FIRST: DateOrder.MONTH_FIRST,
    DateOrder.MONTH_FIRST: DateOrder.DAY_FIRST,
}
# What stands in the ledger beside a column that has nothing to settle.
NOTHING: dict[str, str | None] = {"order": None, "order_by": None, "decimal": None}


@dataclass(slots=True)
class Conventions:
    """The evidence of one file so far, by column index.

    What people settled for the file (`choice`) stands over what the values prove, and that over
    the `setting` of the site. Where all are silent the month comes first, and each date concerned
    is marked `ambiguous_date`.
    """

    choice: DateOrder | None = None
    setting: DateOrder | None = None
    _orders: dict[int, OrderEvidence] = field(default_factory=dict)
    _marks: dict[int, MarkEvidence] = field(default_factory=dict)

    def add(self, column: ColumnMatch, cells: pa.StringArray) -> None:
        """Take in one batch of a column."""
        if column.field is None:
            return
        kind = fields()[column.field].kind
        if kind in _DATES:
            known = self._orders.get(column.index, OrderEvidence())
            self._orders[column.index] = known + detect_order(cells)
        elif kind in _FIGURES:
            marks = self._marks.get(column.index, MarkEvidence())
            self._marks[column.index] = marks + detect_mark(cells)

    def settled(self, index: int) -> dict[str, str | None]:
        """What holds for a column, as the ledger keeps it: `order`, `order_by`, `decimal`.

        `order_by` is `choice`, `evidence`, `setting` or `default`.
        """
        if index in self._orders:
            order, by = self._order(self._orders[index])
            return NOTHING | {"order": order, "order_by": by}
        if index in self._marks:
            return NOTHING | {"decimal": self._marks[index].mark}
        return NOTHING

    def problems(self, columns: Iterable[ColumnMatch]) -> Iterator[Problem]:
        """What was settled although it could be read two ways, column by column."""
        for column in columns:
            if (evidence := self._orders.get(column.index)) and evidence.ambiguous:
                yield self._said_of_dates(column, evidence)
            elif marks := self._marks.get(column.index):
                yield from _said_of_figures(column, marks)

    def _order(self, evidence: OrderEvidence) -> tuple[DateOrder, str]:
        if self.choice is not None:
            return self.choice, "choice"
        if evidence.order is not None:
            return evidence.order, "evidence"
        if self.setting is not None:
            return self.setting, "setting"
        return DateOrder.MONTH_FIRST, "default"

    def _said_of_dates(self, column: ColumnMatch, evidence: OrderEvidence) -> Problem:
        order, by = self._order(evidence)
        against = evidence.only(_OTHER[order])
        why = {
            "choice": "as settled",
            "evidence": f"as {evidence.only(order)} of its values can only be read so",
            "setting": "by LEADS_DATE_ORDER, as nothing in it tells",
            "default": "which is a guess: state --date-order if it is wrong",
        }
        if against:
            why["setting"] = why["setting"].replace("nothing in it tells", "it has both orders")
        text = (
            f"{column.header}: {evidence.ambiguous} of its dates can be read both ways; they were "
            f"read with the {order.part} first, {why[by]}."
        )
        if against:
            text += f" But {against} of its values can only be read with the other first."
        code = "mixed_date_order" if against else "date_order"
        return Problem(code, text, column=column.header)


def orders_of(columns: Iterable[Mapping[str, Any]]) -> dict[str, Convention]:
    """Field -> its convention, of columns as the ledger keeps them; a mere guess is none."""
    orders: dict[str, Convention] = {
        c["field"]: DateOrder(c["order"])
        for c in columns
        if c.get("order") and c.get("order_by") != "default"
    }
    marks = {c["field"]: DecimalMark(c["decimal"]) for c in columns if c.get("decimal")}
    return orders | marks


def _said_of_figures(column: ColumnMatch, evidence: MarkEvidence) -> Iterator[Problem]:
    mark = evidence.mark
    if evidence.comma and evidence.point:
        text = (
            f"{column.header}: {evidence.comma} of its figures have a decimal comma and "
            f"{evidence.point} a decimal point; {evidence.either} that could have either were "
            f"read with a {mark}."
        )
        yield Problem("mixed_decimal_marks", text, column=column.header)
    elif mark is DecimalMark.COMMA:
        text = f"{column.header}: its figures have decimal commas, so 1.234 is read as 1234."
        yield Problem("decimal_comma", text, column=column.header)

"""Cells that a spreadsheet would run as a formula: disarmed where people take them away, and as
they were where they come back.

An apostrophe before the cell makes text of it (OWASP, CSV Injection, lists what begins a formula).
What is only digits and their punctuation after a sign, such as +1 (202) 555-0123, can do nothing
and stays: dialers read it. A cell that has such apostrophes already gets one more, so that taking
one off is always right.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.table import Layout, OpenedFile, RowBatch

_FORMULA = r"'*(?:[=@\t\r\n＝＋－＠]|[+-](?s:.)*[^0-9 ().,/+-])"
_ARMED = re.compile(_FORMULA)
_DISARMED = rf"^'({_FORMULA}(?s:.)*)$"


def disarmed(cells: Iterable[Any]) -> list[Any]:
    """The cells of a row; what is no text stays what it is."""
    return [f"'{cell}" if isinstance(cell, str) and _ARMED.match(cell) else cell for cell in cells]


def rearmed(values: pa.StringArray) -> pa.StringArray:
    """The cells as they were before `disarmed`; of the same length."""
    return pc.replace_substring_regex(values, pattern=_DISARMED, replacement=r"\1")


@dataclass(frozen=True, slots=True)
class Rearmed:
    """An opened file that was written with `disarmed` cells, as it was before, header included."""

    file: OpenedFile

    @property
    def layout(self) -> Layout:
        layout = self.file.layout
        header = rearmed(pa.array(layout.header, pa.string())).to_pylist()
        return replace(layout, header=tuple(header))

    def batches(self) -> Iterator[RowBatch]:
        for batch in self.file.batches():
            cells = [rearmed(column) for column in batch.cells.columns]
            yield replace(batch, cells=pa.RecordBatch.from_arrays(cells, schema=batch.cells.schema))

    def close(self) -> None:
        self.file.close()

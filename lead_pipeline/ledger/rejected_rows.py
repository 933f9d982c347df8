"""The rejected rows of an import as a table like the one they came in, with the reasons beside."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger import Import
from lead_pipeline.reading.formulas import disarmed

REASONS = ["_row", "_code", "_reason"]


def error_rows(session: Connection, import_: Import) -> tuple[list[str], Iterator[list[Any]]]:
    """The header (the file's own, then `_row,_code,_reason`) and the rejected rows in file order.

    A record that had more cells than the header has them after the reasons: nothing is cut off.

    Raises:
        OperatorError: the file was rejected as a whole, or is not archived yet.
    """
    if import_.archived_at is None or import_.layout is None:
        told = f": {import_.error}" if import_.error else ""
        raise OperatorError(
            f"import {import_.import_id} is {import_.status} and has no rejected rows{told}"
        )
    header: list[str] = import_.layout["header"]
    return [*header, *REASONS], _rows(session, import_, import_.layout, len(header))


def as_csv(header: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """Such a table as CSV, line by line; no cell of it is a formula (see reading/formulas.py)."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in chain([header], rows):
        writer.writerow(disarmed(row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _rows(
    session: Connection, import_: Import, layout: dict[str, Any], width: int
) -> Iterator[list[Any]]:
    for row in run(session, "ledger/select_rejected", {"import_id": import_.import_id}):
        cells = as_cells(row["raw"], layout)
        inside = cells[:width] + [None] * (width - len(cells))
        yield [*inside, row["row_number"], row["code"], row["reason"], *cells[width:]]


def as_cells(raw: Any, layout: dict[str, Any]) -> list[str | None]:
    """The cells of a row; a record that could not be read is cut as its file was, if possible."""
    if isinstance(raw, list):
        return raw
    delimiter = layout.get("delimiter")
    if not delimiter or len(delimiter) != 1:
        return [raw]
    try:
        records = list(csv.reader([raw], delimiter=delimiter, quotechar=layout.get("quote") or '"'))
    except csv.Error:
        return [raw]
    return list(records[0]) if len(records) == 1 else [raw]

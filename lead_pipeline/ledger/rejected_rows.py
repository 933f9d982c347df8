"""The rejected rows of an import as a table like the one they came in, with the reasons beside."""

import csv
from collections.abc import Iterator
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger import Import

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


def _rows(
    session: Connection, import_: Import, layout: dict[str, Any], width: int
) -> Iterator[list[Any]]:
    for row in run(session, "ledger/select_rejected", {"import_id": import_.import_id}):
        cells = _cells(row["raw"], layout)
        inside = cells[:width] + [None] * (width - len(cells))
        yield [*inside, row["row_number"], row["code"], row["reason"], *cells[width:]]


def _cells(raw: Any, layout: dict[str, Any]) -> list[str | None]:
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

"""The rejected rows of an import as a table like the one they came in, with the reasons beside.

The cells of the first ones are kept (see settings/limits.py); those of others are read again from
the file in the bucket.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import chain
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import LeadPipelineError, OperatorError
from lead_pipeline.imports.raw_rows import Cells, Reading, cut, reopened
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.reading.formulas import disarmed

REASONS = ["_row", "_code", "_reason"]
_PAGE = 5000


def error_rows(
    site: Site, session: Connection, import_: Import
) -> tuple[list[str], Iterator[list[Any]]]:
    """The header (the file's own, then `_row,_code,_reason`) and the rejected rows in file order.

    A record that had more cells than the header has them after the reasons: nothing is cut off.
    Where cells were not kept and the file cannot be read again, the reason says so.

    Raises:
        OperatorError: the file was rejected as a whole, or is not archived yet.
    """
    if import_.archived_at is None or import_.layout is None:
        told = f": {import_.error}" if import_.error else ""
        raise OperatorError(
            f"import {import_.import_id} is {import_.status} and has no rejected rows{told}"
        )
    header: list[str] = import_.layout["header"]
    return [*header, *REASONS], _rows(site, session, import_, len(header))


def as_csv(header: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """Such a table as CSV, line by line; no cell of it is a formula (see reading/formulas.py)."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in chain([header], rows):
        writer.writerow(disarmed(row))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def page_of_rejected(
    session: Connection, import_: Import, after: int, most: int
) -> list[dict[str, Any]]:
    """The `most` first that wait for a retry and whose `row_number` is above `after`, each with
    `code`, `reason` and `cells`, None where they were not kept."""
    wanted = {"import_id": import_.import_id, "after": after, "most": most}
    page = run(session, "imports/select_rejected_page", wanted).fetchall()
    layout: Mapping[str, Any] = import_.layout or {}
    for row in page:
        raw = row.pop("raw")
        is_text = isinstance(raw, str)
        row["cells"] = cut(raw, layout.get("delimiter"), layout.get("quote")) if is_text else raw
    return page


def _rows(site: Site, session: Connection, import_: Import, width: int) -> Iterator[list[Any]]:
    after = 0
    with ExitStack() as stack:
        file = _File(stack, site, import_)
        while page := page_of_rejected(session, import_, after, _PAGE):
            after = page[-1]["row_number"]
            again = file.cells([row["row_number"] for row in page if row["cells"] is None])
            for row in page:
                cells = row["cells"] or again.get(row["row_number"], [])
                told = row["reason"]
                if row["cells"] is None and not cells:
                    told += f" (its cells are not to be had: {file.missing})"
                inside = cells[:width] + [None] * (width - len(cells))
                yield [*inside, row["row_number"], row["code"], told, *cells[width:]]


class _File:
    """The file of an import, which is opened once the first row is asked for."""

    def __init__(self, stack: ExitStack, site: Site, import_: Import) -> None:
        self._stack = stack
        self._site = site
        self._import = import_
        self._reading: Reading | None = None
        self.missing: str | None = None

    def cells(self, rows: list[int]) -> dict[int, Cells]:
        """Those of some rows by their numbers; `missing` says why not, from then on."""
        if not rows or self.missing:
            return {}
        try:
            if self._reading is None:
                file = self._stack.enter_context(reopened(self._site, self._import))
                self._reading = Reading(file)
            return self._reading.cells(set(rows))
        except LeadPipelineError as error:
            self.missing = str(error)
            return {}

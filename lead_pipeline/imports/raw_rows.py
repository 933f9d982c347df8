"""Rows of an import as they stand in its file, read again from the bucket in the same way.

Only rows are given back; where the file cannot be read any more, the reason is.
"""

import csv
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline import ledger
from lead_pipeline.bucket import MissingObject
from lead_pipeline.database import connect
from lead_pipeline.errors import BadFile, LeadPipelineError, ObjectChanged, OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.reading import OpenedFile, ReadOptions, RowBatch, open_lead_file
from lead_pipeline.reading.formulas import Rearmed

Cells = list[str | None]


class Gone(OperatorError):
    """The file of an import cannot be read again as it was; why not."""


@dataclass(frozen=True, slots=True)
class RawRows:
    """Cells by row number, in the order of the header; `missing` says why there are none."""

    header: tuple[str, ...] = ()
    cells: dict[int, Cells] = field(default_factory=dict)
    missing: str | None = None


def raw_row(site: Site, import_id: int, row_number: int) -> list[tuple[str, str | None]]:
    """One row as it stands in its file: header and cell of every column, in their order.

    `leads_master` says of every lead in which row of which import it was found.

    Raises:
        OperatorError: there is no such import or row, or its file cannot be read any more.
    """
    with connect(site.settings.database_url) as session:
        import_ = ledger.get(session, import_id)
    found = read_rows(site, import_, [row_number])
    cells = found.cells.get(row_number)
    if cells is None:
        why = found.missing or "the file has no such row"
        raise OperatorError(f"row {row_number} of import {import_id} is not to be had: {why}")
    return list(zip(found.header, cells, strict=True))


def read_rows(site: Site, import_: Import, rows: Collection[int]) -> RawRows:
    """Some rows of the file of an import, by their numbers."""
    header = tuple((import_.layout or {}).get("header", ()))
    try:
        with reopened(site, import_) as file:
            return RawRows(header, Reading(file).cells(set(rows)))
    except Gone as error:
        return RawRows(header, missing=str(error))


@contextmanager
def reopened(site: Site, import_: Import) -> Iterator[OpenedFile]:
    """The file of an import, opened once more in the same way.

    Raises:
        Gone: it is not to be had, or reads in another way now; also while its rows are read.
    """
    try:
        with TemporaryDirectory(prefix="lead-pipeline-") as folder:
            copy = Path(folder) / "object"
            site.bucket.fetch(import_.object_key, import_.version_tag, copy)
            options = options_of(import_, site.settings.max_unpacked_bytes)
            with closing(open_lead_file(copy, import_.original_filename, options)) as opened:
                file = opened if import_.retry_of is None else Rearmed(opened)
                if [*file.layout.header] != (import_.layout or {}).get("header", []):
                    raise Gone("its header is read in another way now")
                yield file
    except Gone:
        raise
    except MissingObject as error:
        raise Gone("the object is gone from the bucket") from error
    except ObjectChanged as error:
        raise Gone("the object holds other content now") from error
    except BadFile as error:
        raise Gone(f"the object cannot be read any more: {error}") from error
    except LeadPipelineError as error:
        raise Gone(f"the bucket could not be asked: {error}") from error


def options_of(import_: Import, max_bytes: int) -> ReadOptions:
    """How the file was read, stated, so that nothing is found out in another way."""
    layout: dict[str, Any] = import_.layout or {}
    text = layout.get("kind") == "delimited"
    sheets = not text and not layout.get("sheet")  # several, each with its header
    return ReadOptions(
        encoding=layout.get("encoding"),
        delimiter=(layout.get("delimiter") or "") if text else None,
        quote=(layout.get("quote") or "") if text else None,
        header_row=None if sheets else layout.get("header_row"),
        sheet=layout.get("sheet"),
        max_bytes=max_bytes,
    )


class Reading:
    """The rows of an opened file as far as they are asked for, in its order."""

    def __init__(self, file: OpenedFile) -> None:
        self._layout = file.layout
        self._batches = file.batches()
        self._batch: RowBatch | None = None
        self._last = 0

    def cells(self, rows: Collection[int]) -> dict[int, Cells]:
        """Those of some rows, whose numbers are above all that were asked for before."""
        found = self._of_batch(rows)
        while rows and self._last < max(rows) and (batch := next(self._batches, None)):
            self._batch, self._last = batch, _last_of(batch)
            found |= self._of_batch(rows)
        return found

    def _of_batch(self, rows: Collection[int]) -> dict[int, Cells]:
        if self._batch is None:
            return {}
        broken = {
            one.number: cut(one.raw, self._layout.delimiter, self._layout.quote)
            for one in self._batch.rejected
            if one.number in rows
        }
        return broken | dict(cells_at(self._batch, rows))


def cells_at(batch: RowBatch, rows: Collection[int]) -> Iterator[tuple[int, Cells]]:
    """The rows of a batch that are asked for; what could not become a row is none."""
    at = pc.indices_nonzero(pc.is_in(batch.numbers, pa.array(sorted(rows), pa.int64())))
    numbers, cells = batch.numbers.take(at).to_pylist(), batch.cells.take(at).to_pylist()
    for number, named in zip(numbers, cells, strict=True):
        yield number, list(named.values())


def cut(record: str, delimiter: str | None, quote: str | None) -> Cells:
    """The cells of a record that could not be read: as those of its file, if that is possible."""
    if not delimiter or len(delimiter) != 1:
        return [record]
    try:
        records = list(csv.reader([record], delimiter=delimiter, quotechar=quote or '"'))
    except csv.Error:
        return [record]
    return list(records[0]) if len(records) == 1 else [record]


def _last_of(batch: RowBatch) -> int:
    """The number of the last record of a batch, wherever it went."""
    last: list[int] = [*batch.blank[-1:], *(one.number for one in batch.rejected[-1:])]
    return max([*last, batch.numbers[-1].as_py()] if len(batch.numbers) else last)

"""Rows of an import as they stand in its file, read again from the bucket in the same way.

Only rows are given back; where the file cannot be read any more, the reason is.
"""

from collections.abc import Collection
from contextlib import closing
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
from lead_pipeline.reading import OpenedFile, ReadOptions, open_lead_file

Cells = list[str | None]


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
        with TemporaryDirectory(prefix="lead-pipeline-") as folder:
            copy = Path(folder) / "object"
            site.bucket.fetch(import_.object_key, import_.version_tag, copy)
            options = options_of(import_, site.settings.max_unpacked_bytes)
            with closing(open_lead_file(copy, import_.original_filename, options)) as file:
                if file.layout.header != header:
                    return RawRows(header, missing="its header is read in another way now")
                return RawRows(header, _wanted(file, set(rows)))
    except MissingObject:
        return RawRows(header, missing="the object is gone from the bucket")
    except ObjectChanged:
        return RawRows(header, missing="the object holds other content now")
    except BadFile as error:
        return RawRows(header, missing=f"the object cannot be read any more: {error}")
    except LeadPipelineError as error:
        return RawRows(header, missing=f"the bucket could not be asked: {error}")


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


def _wanted(file: OpenedFile, rows: set[int]) -> dict[int, Cells]:
    """Stops reading at the last of them; a record that could not become a row is left out."""
    found: dict[int, Cells] = {}
    numbers, last = pa.array(sorted(rows), pa.int64()), max(rows)
    for batch in file.batches():
        at = pc.indices_nonzero(pc.is_in(batch.numbers, numbers))
        for number, cells in zip(
            batch.numbers.take(at).to_pylist(), batch.cells.take(at).to_pylist(), strict=True
        ):
            found[number] = list(cells.values())
        if len(batch.numbers) and batch.numbers[-1].as_py() >= last:
            break
    return found

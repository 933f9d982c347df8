"""The columns of an import for who settles them: what each feeds, how surely, with samples."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lead_pipeline.choices.mappings import For, Overrides, corrected_for, corrections
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.model import ColumnMatch
from lead_pipeline.fields.search import suggestions
from lead_pipeline.imports.fill import matches
from lead_pipeline.imports.raw_rows import Gone, reopened
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import

_SAMPLES = 5
_SAMPLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Samples:
    """The first cells of each column in which something stands; `missing` says why none are."""

    of_column: list[list[str]] = field(default_factory=list)
    missing: str | None = None


def header_of(import_: Import) -> list[str]:
    """
    Raises:
        OperatorError: its file was never read.
    """
    if import_.layout is None:
        raise OperatorError(f"import {import_.import_id} was never read, it has no header")
    return list(import_.layout["header"])


def column_facts(site: Site, session: Connection, import_: Import) -> dict[str, Any]:
    """`columns`, each with `field`, `confidence`, `how`, `samples`, for which files it is corrected
    (`corrected`), what it feeds by that from the next reading on (`next`), and which fields it may
    have meant (`suggestions`, the likeliest first).

    Raises:
        OperatorError: its file was never read.
    """
    header = header_of(import_)
    whose = For(import_.supplier, import_.object_key)
    corrected = corrected_for(session, header, whose)
    settled = corrections(session, header, whose)
    samples = _samples(site, import_)
    columns = [
        {
            "index": column.index,
            "header": column.header,
            "field": column.field,
            "confidence": column.confidence,
            "how": column.how,
            "corrected": corrected.get(column.header),
            "next": _next(column, settled),
            "suggestions": suggestions(column),
            "samples": samples.of_column[column.index] if samples.of_column else None,
        }
        for column in matches(import_)
    ]
    return {"columns": columns, "missing": samples.missing}


def _next(column: ColumnMatch, settled: Overrides) -> str | None:
    if column.header in settled:
        return settled[column.header]
    return None if column.field in settled.values() else column.field


def _samples(site: Site, import_: Import) -> Samples:
    try:
        with reopened(site, import_) as file:
            batch = next(iter(file.batches()), None)
            cells = [] if batch is None else [column.to_pylist() for column in batch.cells.columns]
    except Gone as error:
        return Samples(missing=str(error))
    return Samples([_first(column) for column in cells])


def _first(cells: list[str | None]) -> list[str]:
    told = (cell[:_SAMPLE_CHARACTERS] for cell in dict.fromkeys(cells) if cell and cell.strip())
    return list(islice(told, _SAMPLES))

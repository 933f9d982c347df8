"""The rows of an import by what became of them: in pages, or as a table like the file they came in.

A row stands there once, with the reasons of all of its contacts that came to that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.raw_rows import Cells, Gone, RawRows, cells_at, read_rows, reopened
from lead_pipeline.imports.rejected_rows import REASONS, error_rows, page_of_rejected
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status


class Outcome(StrEnum):
    """What a row, or a contact of it, may come to. Blank rows are counted, and nothing is kept."""

    REJECTED = "rejected"
    NEW = "new"
    SAME_SOURCE_DUPLICATE = "same_source_duplicate"
    CROSS_SOURCE_DUPLICATE = "cross_source_duplicate"
    IN_FILE_DUPLICATE = "in_file_duplicate"
    UPDATED = "updated"
    SUPPRESSED = "suppressed"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """Some rows: `row` (its number in the file), `code`, `reason`, `cells` in the order of the
    header; cells are None where the file cannot be read any more, and `missing` says why."""

    header: list[str]
    rows: list[dict[str, Any]]
    missing: str | None = None


def outcome_rows(
    site: Site, session: Connection, import_: Import, outcome: Outcome, after: int, most: int
) -> OutcomeRows:
    """The `most` first rows of an outcome whose numbers are above `after`.

    Raises:
        OperatorError: nothing is decided of the import, or it was undone.
    """
    header = _header(import_, outcome)
    if outcome is Outcome.REJECTED:
        found = page_of_rejected(session, import_, after, most)
    else:
        found = _places(session, import_, outcome, after, None, most)
    absent = [row["row_number"] for row in found if row.get("cells") is None]
    raw = read_rows(site, import_, absent) if absent else RawRows()
    told = [_row(row, row.get("cells") or raw.cells.get(row["row_number"])) for row in found]
    return OutcomeRows(header, told, raw.missing)


def outcome_table(
    site: Site, session: Connection, import_: Import, outcome: Outcome
) -> tuple[list[str], Iterator[list[Any]]]:
    """The header (the file's own, then `_row,_code,_reason`) and all rows in the file's order.

    Raises:
        OperatorError: nothing is decided of the import, or it was undone; with the first row or a
            later one: the file cannot be read again.
    """
    if outcome is Outcome.REJECTED:
        return error_rows(site, session, import_)
    header = _header(import_, outcome)
    return [*header, *REASONS], _table(site, session, import_, outcome)


def _table(
    site: Site, session: Connection, import_: Import, outcome: Outcome
) -> Iterator[list[Any]]:
    """The file is read once more, and asked of each batch is what became of its rows."""
    before = 0
    try:
        with reopened(site, import_) as file:
            for batch in file.batches():
                if not len(batch.numbers):
                    continue
                last = batch.numbers[-1].as_py()
                places = _places(session, import_, outcome, before, last, None)
                found = {row["row_number"]: row for row in places}
                before = last
                for number, cells in cells_at(batch, found):
                    yield [*cells, number, found[number]["code"], found[number]["reason"]]
    except Gone as error:
        raise OperatorError(
            f"the rows of import {import_.import_id} are not to be had: {error}"
        ) from error


def _places(
    session: Connection,
    import_: Import,
    outcome: Outcome,
    after: int,
    upto: int | None,
    most: int | None,
) -> list[dict[str, Any]]:
    """The rows above `after`, up to `upto`, at most `most`: their numbers, codes and reasons.

    Of any outcome but that of rejected rows, for which see `page_of_rejected`.
    """
    wanted = {"import_id": import_.import_id, "after": after, "upto": upto, "most": most}
    match outcome:
        case Outcome.NEW:
            rows = run(session, "explain/select_new_rows", wanted)
        case Outcome.INVALID:
            rows = run(session, "explain/select_invalid_rows", wanted)
        case Outcome.SUPPRESSED:
            archived = {"archived": sql.Identifier("archive", import_.archive_table or "")}
            rows = run(session, "explain/select_suppressed_rows", wanted, archived)
        case _:
            named = wanted | {"outcome": outcome}
            rows = run(session, "explain/select_duplicate_rows", named)
    return rows.fetchall()


def _header(import_: Import, outcome: Outcome) -> list[str]:
    undone = import_.status is Status.UNDONE and outcome is not Outcome.REJECTED
    if import_.archived_at is None or import_.layout is None or undone:
        told = f": {import_.error}" if import_.error else ""
        raise OperatorError(
            f"import {import_.import_id} is {import_.status} and has no rows that are "
            f"{outcome}{told}"
        )
    header: list[str] = import_.layout["header"]
    return header


def _row(place: dict[str, Any], cells: Cells | None) -> dict[str, Any]:
    return {
        "row": place["row_number"],
        "code": place["code"],
        "reason": place["reason"],
        "cells": cells,
    }

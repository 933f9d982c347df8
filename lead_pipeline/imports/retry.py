"""Mended rows: a file of an import's rejected rows comes in as rows of that import.

It is a file of its own (`retry_of` in the ledger) that is read and mapped as the original was; what
it brings counts as of the original's time, supplier and cost, the original's errors are ticked off
row by row, and it is taken back with the original.
"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from lead_pipeline.bucket import Bucket
from lead_pipeline.choices.reading import Choices
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.rejected_rows import REASONS, as_csv, error_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import Dropped, Request, drop_file
from lead_pipeline.intake.files import require_file
from lead_pipeline.ledger import Import, Status
from lead_pipeline.reading import open_lead_file
from lead_pipeline.settings import Settings

_ROW = REASONS[0]
_SHOWN = 5


def write_mended(
    path: Path,
    site: Site,
    session: Connection,
    import_: Import,
    cells: Mapping[int, Mapping[str, str]],
) -> None:
    """Write the file that `drop_mended` takes: rejected rows with some of their cells set right.

    Args:
        cells: by row number, the new cells by their headers; all others stay as they stand.

    Raises:
        OperatorError: there are no rejected rows, one of these rows does not wait for a retry, or
            there is no such column; the message says which.
    """
    header, rows = error_rows(site, session, import_)
    at = {name: place for place, name in enumerate(header[: header.index(_ROW)])}
    strange = {name for changed in cells.values() for name in changed} - at.keys()
    if strange:
        raise OperatorError(
            f"the file has no column {sorted(strange)[0]!r}; it has {', '.join(at)}"
        )
    chosen = []
    for row in rows:
        changed = cells.get(row[len(at)])
        if changed is not None:
            for name, cell in changed.items():
                row[at[name]] = cell
            chosen.append(row)
    missing = cells.keys() - {row[len(at)] for row in chosen}
    if missing:
        raise OperatorError(
            f"row {min(missing)} of import {import_.import_id} does not wait for a retry"
        )
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(as_csv(header, chosen))


def drop_mended(
    path: Path, import_: Import, session: Connection, bucket: Bucket, settings: Settings
) -> Dropped:
    """Drop a file as `lead-pipeline errors` wrote it, with its cells mended.

    Raises:
        OperatorError: the import has no rejected rows, or the file is not one of them; the message
            says which rows.
        BadFile: it cannot be read.
        OutsideTrouble: the bucket cannot be reached.
    """
    if import_.archived_at is None or import_.status is Status.UNDONE:
        raise OperatorError(f"import {import_.import_id} is {import_.status}: nothing to retry")
    number = {"import_id": import_.import_id}
    waiting = {row["row_number"] for row in run(session, "imports/select_rejected_rows", number)}
    named = _rows_of(path, settings)
    strange = [row for row in named if not row.isdecimal() or int(row) not in waiting]
    if strange:
        raise OperatorError(
            f"{path.name}: its column {_ROW} names rows that do not wait for a retry in import "
            f"{import_.import_id}: {', '.join(strange[:_SHOWN]) or 'none'}; mend the file that "
            f"`lead-pipeline errors {import_.import_id}` writes, and leave out the other rows"
        )
    if len(set(named)) < len(named):
        raise OperatorError(f"{path.name}: its column {_ROW} names a row twice")
    return drop_file(
        path,
        bucket,
        settings,
        supplier=import_.supplier,
        new_version=True,
        session=session,
        request=Request(import_.cost_per_lead, retry_of=import_.import_id),
    )


def _rows_of(path: Path, settings: Settings) -> list[str]:
    """The column `_row` of the file, as it stands."""
    found: list[str] = []
    require_file(path)
    options = Choices().read_options(settings.max_unpacked_bytes)
    with closing(open_lead_file(path, path.name, options)) as file:
        header = file.layout.header
        if _ROW not in header:
            raise OperatorError(
                f"{path.name}: there is no column {_ROW}, which tells the row of the original file"
            )
        for batch in file.batches():
            cells = batch.cells.column(header.index(_ROW)).to_pylist()
            found += [(cell or "").strip() for cell in cells]
    return found

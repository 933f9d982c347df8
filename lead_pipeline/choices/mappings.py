"""Which field a column feeds, where people corrected it: for all files with that header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.headers import header_signature, key
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.ledger import Import

Overrides = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class For:
    """Whose files a correction is for: one object, those of a supplier, or (nothing said) anyone's.

    A lookup names both, and finds what is for either and for anyone.
    """

    supplier: str | None = None
    object_key: str | None = None

    @property
    def columns(self) -> dict[str, str]:
        return {"supplier": self.supplier or "", "object_key": self.object_key or ""}


ANYONE = For()


def overrides_of_import(session: Connection, import_: Import, header: Sequence[str]) -> Overrides:
    """What is settled about the columns of an import; mended rows are mapped as the original."""
    if import_.retry_of is None:
        return corrections(session, header, For(import_.supplier, import_.object_key))
    original = ledger.get(session, import_.retry_of).columns or []
    fed = {column["header"]: column["field"] for column in original}
    return {name: fed.get(name) for name in header}


def corrections(session: Connection, header: Sequence[str], whose: For) -> Overrides:
    """Header -> field (None: keep in `extra`) as people corrected it for this header.

    A field that was settled for several feeds from what is nearest: the object, then the supplier.
    One that is no field any more stands behind all others; the mapping ignores it and says so.
    """
    found: dict[str, str | None] = {}
    rows = _settled(session, header, whose)
    for row in sorted(rows, key=lambda row: not is_stale(row["field"])):
        if row["field"] is not None:
            found = {name: field for name, field in found.items() if field != row["field"]}
        found[_column_meant(row["header"], header)] = row["field"]
    return found


def corrected_for(session: Connection, header: Sequence[str], whose: For) -> dict[str, str]:
    """Header -> for which files it is corrected: `object`, `supplier` or `anyone`, the nearest."""
    return {
        _column_meant(row["header"], header): (
            "object" if row["object_key"] else "supplier" if row["supplier"] else "anyone"
        )
        for row in _settled(session, header, whose)
    }


def correct(
    session: Connection, header: Sequence[str], whose: For, column: str, field: str | None
) -> None:
    """Remember that `column` of files with this header feeds `field`, or none.

    Raises:
        OperatorError: the header has no such column, there is no such field, or another column
            was settled for it.
    """
    if column not in header:
        raise OperatorError(f"the header has no column {column!r}; it has {', '.join(header)}")
    if field is not None and field not in fields():
        raise OperatorError(f"there is no field {field!r}: {_nearest(field)}")
    others = dict(corrections(session, header, whose))
    others.pop(column, None)
    if field is not None and field in others.values():
        taken = next(name for name, other in others.items() if other == field)
        raise OperatorError(f"{field} is fed by {taken!r} already: forget that one first")
    with session.transaction():
        forget_correction(session, header, whose, column)  # it may be spelled otherwise there
        run(
            session,
            "choices/save_mapping_correction",
            {
                "header_signature": header_signature(header),
                **whose.columns,
                "header": column,
                "field": field,
            },
        )


def correct_all(
    session: Connection,
    header: Sequence[str],
    whose: For,
    wanted: Mapping[str, str | None],
    forgotten: Sequence[str] = (),
) -> None:
    """Several corrections, all or none; two columns may change places.

    Raises:
        OperatorError: as `correct`.
    """
    with session.transaction():
        for column in (*wanted, *forgotten):
            forget_correction(session, header, whose, column)
        for column, field in wanted.items():
            correct(session, header, whose, column, field)


def forget_correction(session: Connection, header: Sequence[str], whose: For, column: str) -> bool:
    spellings = [
        row["header"]
        for row in _settled(session, header, whose)
        if _column_meant(row["header"], header) == column
    ]
    forgotten = run(
        session,
        "choices/forget_mapping_correction",
        {
            "header_signature": header_signature(header),
            **whose.columns,
            "headers": spellings,
        },
    )
    return bool(forgotten.rowcount)


def all_corrections(session: Connection) -> list[dict[str, Any]]:
    return run(session, "choices/list_mapping_corrections").fetchall()


def is_stale(field: str | None) -> bool:
    """Whether a correction names what was a field in an earlier release and is none any more."""
    return field is not None and field not in fields()


def _settled(session: Connection, header: Sequence[str], whose: For) -> list[dict[str, Any]]:
    """The corrections for a header: those for anyone's files, the supplier's, the object's."""
    return run(
        session,
        "choices/select_mapping_corrections",
        {"header_signature": header_signature(header), **whose.columns},
    ).fetchall()


def _column_meant(settled: str, header: Sequence[str]) -> str:
    """The column that a correction for `settled` means; files of one signature differ in spelling.

    Since the signature is the same, one of the columns is it.
    """
    if settled in header:
        return settled
    return next(name for name in header if key(name) == key(settled))


def _nearest(name: str) -> str:
    """What somebody may have meant who typed a field that does not exist."""
    column = map_columns([name]).columns[0]
    meant = column.field or column.suggestion
    return f"did you mean {meant}?" if meant else "`lead-pipeline fields` lists them"

"""What people settled instead of leaving it to be guessed: how to read, which column feeds what.

Kept in the database; only remembering is done here, the reader and the mapping do the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from psycopg.types.json import Jsonb

from lead_pipeline import ledger
from lead_pipeline.conventions import Conventions
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import fields, profiles
from lead_pipeline.fields.headers import header_signature, key
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.reading import ReadOptions

Scope = Literal["supplier", "object"]
Overrides = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be read; None is found out. `header_row` 0 means: there is no header.

    `date_order` is `month` or `day`, whichever comes first where a date can be read both ways.

    Raises:
        OperatorError: there is no such profile, encoding or order.
    """

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    date_order: str | None = None

    def __post_init__(self) -> None:
        if self.profile is not None and self.profile not in profiles():
            raise OperatorError(
                f"there is no profile {self.profile!r}; there are {', '.join(sorted(profiles()))}"
            )
        if self.encoding is not None and not _is_encoding(self.encoding):
            raise OperatorError(
                f"there is no encoding {self.encoding!r}; utf-8 and windows-1252 are usual"
            )
        if self.date_order not in (None, *(order.part for order in DateOrder)):
            raise OperatorError(f"there is no date order {self.date_order!r}; say month or day")

    @property
    def stated(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    def over(self, others: "Choices") -> "Choices":
        """These choices, and the others' where nothing is stated here."""
        return replace(others, **self.stated)

    @property
    def whole(self) -> "Choices":
        """These choices, and those of the stated profile behind them."""
        own: dict[str, Any] = dict(profiles()[self.profile].reading) if self.profile else {}
        return self.over(Choices(**own))

    def conventions(self, setting: str | None) -> Conventions:
        """The choices for what can be read two ways; behind them stands that of the site."""
        stated = self.whole.date_order
        return Conventions(
            choice=DateOrder.stated(stated) if stated else None,
            setting=DateOrder.stated(setting) if setting else None,
        )

    def read_options(self, max_bytes: int) -> ReadOptions:
        """The choices for the reader."""
        read = self.whole
        return ReadOptions(
            encoding=read.encoding,
            delimiter=read.delimiter,
            quote=read.quote,
            header_row=read.header_row,
            sheet=read.sheet,
            max_bytes=max_bytes,
        )


def choices_for(session: Connection, object_key: str | None, supplier: str | None) -> Choices:
    """What was settled for an object and its supplier; the object's own choices win."""
    found = Choices()
    parameters = {"object_key": object_key, "supplier": supplier}
    for row in run(session, "select_reading_choices", parameters):
        found = found.over(Choices(**row["choices"]))
    return found


def choices_of_import(session: Connection, import_: Import) -> Choices:
    """How the file of an import is to be read; mended rows come as we wrote them."""
    if import_.retry_of is None:
        return choices_for(session, import_.object_key, import_.supplier)
    return Choices(profile=ledger.get(session, import_.retry_of).profile)


def overrides_of_import(session: Connection, import_: Import, header: Sequence[str]) -> Overrides:
    """What is settled about the columns of an import; mended rows are mapped as the original."""
    if import_.retry_of is None:
        return corrections(session, header, import_.supplier)
    original = ledger.get(session, import_.retry_of).columns or []
    fed = {column["header"]: column["field"] for column in original}
    return {name: fed.get(name) for name in header}


def settle_reading(session: Connection, scope: Scope, name: str, choices: Choices) -> None:
    run(
        session,
        "save_reading_choice",
        {"scope": scope, "name": name, "choices": Jsonb(choices.stated)},
    )


def forget_reading(session: Connection, scope: Scope, name: str) -> bool:
    return bool(run(session, "forget_reading_choice", {"scope": scope, "name": name}).rowcount)


def all_readings(session: Connection) -> list[dict[str, Any]]:
    return run(session, "list_reading_choices").fetchall()


def corrections(session: Connection, header: Sequence[str], supplier: str | None) -> Overrides:
    """Header -> field (None: keep in `extra`) as people corrected it for this header.

    A field that was settled for anyone's files and for the supplier's feeds from the supplier's.
    One that is no field any more stands behind all others; the mapping ignores it and says so.
    """
    found: dict[str, str | None] = {}
    rows = _settled(session, header, supplier)
    for row in sorted(rows, key=lambda row: not is_stale(row["field"])):
        if row["field"] is not None:
            found = {name: field for name, field in found.items() if field != row["field"]}
        found[_column_meant(row["header"], header)] = row["field"]
    return found


def correct(
    session: Connection,
    header: Sequence[str],
    supplier: str | None,
    column: str,
    field: str | None,
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
    others = dict(corrections(session, header, supplier))
    others.pop(column, None)
    if field is not None and field in others.values():
        taken = next(name for name, other in others.items() if other == field)
        raise OperatorError(f"{field} is fed by {taken!r} already: forget that one first")
    with session.transaction():
        forget_correction(session, header, supplier, column)  # it may be spelled otherwise there
        run(
            session,
            "save_mapping_correction",
            {
                "header_signature": header_signature(header),
                "supplier": supplier or "",
                "header": column,
                "field": field,
            },
        )


def forget_correction(
    session: Connection, header: Sequence[str], supplier: str | None, column: str
) -> bool:
    spellings = [
        row["header"]
        for row in _settled(session, header, supplier)
        if _column_meant(row["header"], header) == column
    ]
    forgotten = run(
        session,
        "forget_mapping_correction",
        {
            "header_signature": header_signature(header),
            "supplier": supplier or "",
            "headers": spellings,
        },
    )
    return bool(forgotten.rowcount)


def all_corrections(session: Connection) -> list[dict[str, Any]]:
    return run(session, "list_mapping_corrections").fetchall()


def is_stale(field: str | None) -> bool:
    """Whether a correction names what was a field in an earlier release and is none any more."""
    return field is not None and field not in fields()


def _settled(
    session: Connection, header: Sequence[str], supplier: str | None
) -> list[dict[str, Any]]:
    """The corrections for a header: those for anyone's files, then those for the supplier's."""
    return run(
        session,
        "select_mapping_corrections",
        {"header_signature": header_signature(header), "supplier": supplier or ""},
    ).fetchall()


def _column_meant(settled: str, header: Sequence[str]) -> str:
    """The column that a correction for `settled` means; files of one signature differ in spelling.

    Since the signature is the same, one of the columns is it.
    """
    if settled in header:
        return settled
    return next(name for name in header if key(name) == key(settled))


def _is_encoding(name: str) -> bool:
    """Whether Python knows it, as text: `hex` and the like are codecs and no encodings."""
    try:
        "a,b".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _nearest(name: str) -> str:
    """What somebody may have meant who typed a field that does not exist."""
    column = map_columns([name]).columns[0]
    meant = column.field or column.suggestion
    return f"did you mean {meant}?" if meant else "see lead_pipeline/fields/fields.csv"

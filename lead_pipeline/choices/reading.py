"""How the files of a supplier or a source, or one object, are to be read, where it was settled."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import phonenumbers
from psycopg.types.json import Jsonb

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.conventions import Conventions
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.reading import ReadOptions
from lead_pipeline.reading.table import SKIP

Scope = Literal["supplier", "object", "source"]
HIDDEN_ROWS = ("import", SKIP)


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be read; None is found out. `header_row` 0 means: there is no header.

    `date_order` is `month` or `day`, whichever comes first where a date can be read both ways;
    `region` ISO 3166-1 alpha-2, of phones and addresses that say no country. `hidden_rows` is
    `import` or `skip`, for those of a workbook.

    Raises:
        OperatorError: there is no such profile, encoding, order, region or way with hidden rows.
    """

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    hidden_rows: str | None = None
    date_order: str | None = None
    region: str | None = None

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
        if self.region is not None:
            require_region(self.region)
        if self.hidden_rows not in (None, *HIDDEN_ROWS):
            raise OperatorError(f"hidden rows: say import or skip, not {self.hidden_rows!r}")

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

    def read_options(self, max_bytes: int, scratch: Path | None = None) -> ReadOptions:
        """The choices for the reader, which unpacks in `scratch`."""
        read = self.whole
        return ReadOptions(
            encoding=read.encoding,
            delimiter=read.delimiter,
            quote=read.quote,
            header_row=read.header_row,
            sheet=read.sheet,
            hidden_rows=read.hidden_rows,
            max_bytes=max_bytes,
            scratch=scratch,
        )


def require_region(region: str) -> str:
    """The region, if there is one of this name.

    Raises:
        OperatorError: there is none.
    """
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise OperatorError(f"there is no region {region!r}; say two letters, such as US, DE or IN")
    return region


def settled_readings(
    session: Connection, object_key: str | None, supplier: str | None
) -> dict[str, dict[str, Any]]:
    """What was settled, by its scope: for the `object`, for its `supplier`."""
    parameters = {"object_key": object_key, "supplier": supplier}
    rows = run(session, "choices/select_reading_choices", parameters)
    return {row["scope"]: row["choices"] for row in rows}


def choices_for(session: Connection, object_key: str | None, supplier: str | None) -> Choices:
    """What was settled for an object and its supplier; the object's own choices win."""
    found = Choices()
    for choices in settled_readings(session, object_key, supplier).values():
        found = found.over(Choices(**choices))
    return found


def choices_of_import(session: Connection, import_: Import) -> Choices:
    """How the file of an import is to be read; mended rows come as we wrote them."""
    if import_.retry_of is None:
        return choices_for(session, import_.object_key, import_.supplier)
    mended = ledger.get(session, import_.retry_of)
    return Choices(profile=mended.profile, region=mended.region)


def region_for(session: Connection, choices: Choices, source: str) -> str | None:
    """The region of a file from this source: as chosen for it, else for its source; else None."""
    if choices.whole.region is not None:
        return choices.whole.region
    row = run(session, "choices/select_source_region", {"source": source}).fetchone()
    return row["region"] if row else None


def settle_region(
    session: Connection, scope: Literal["supplier", "source"], name: str, region: str
) -> None:
    """Settle the region of the files of a supplier or a source; other choices stay.

    Raises:
        OperatorError: there is no such region.
    """
    choices = Choices(region=region).stated
    run(
        session,
        "choices/add_reading_choice",
        {"scope": scope, "name": name, "choices": Jsonb(choices)},
    )


def settle_reading(session: Connection, scope: Scope, name: str, choices: Choices) -> None:
    run(
        session,
        "choices/save_reading_choice",
        {"scope": scope, "name": name, "choices": Jsonb(choices.stated)},
    )


def forget_reading(session: Connection, scope: Scope, name: str) -> bool:
    return bool(
        run(session, "choices/forget_reading_choice", {"scope": scope, "name": name}).rowcount
    )


def all_readings(session: Connection) -> list[dict[str, Any]]:
    return run(session, "choices/list_reading_choices").fetchall()


def _is_encoding(name: str) -> bool:
    """Whether Python knows it, as text: `hex` and the like are codecs and no encodings."""
    try:
        "a,b".encode(name)
    except (LookupError, ValueError):
        return False
    return True

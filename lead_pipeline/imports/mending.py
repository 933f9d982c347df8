"""Rejected rows while they are mended: which cells are at fault, and what may be done to all cells
of a column at once.

Pure functions of cells; one that cannot be read so stays as it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind
from lead_pipeline.ledger.holding import is_decisive
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.normalizing.dates import normalize_dates
from lead_pipeline.normalizing.emails import contact_emails
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.normalizing.rows import NO_CONTACT, NOT_CONTACTABLE
from lead_pipeline.reading.cell_text import tidy_text

Fault = Literal["phone", "mail", "empty"]
_NOBODY = (NO_CONTACT, NOT_CONTACTABLE)


def cell_faults(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, Any]],
    profile: str | None,
    region: str,
) -> list[dict[int, Fault]]:
    """Of each row, the cells that are why nobody can be reached by it, by their columns: what
    stands there is no `phone` or `mail`, or all of them are `empty`.

    Args:
        rows: rejected rows with `code` and `cells`.
        columns: those of the file, as the ledger has them.
        profile: name of its layout, which says who its people are.
    """
    kinds = {
        column["index"]: fields()[column["field"]].kind
        for column in columns
        if column["field"] in fields() and is_decisive(column, profile)
    }
    phones = [at for at, kind in kinds.items() if kind is Kind.PHONE]
    mails = [at for at, kind in kinds.items() if kind is Kind.EMAIL]
    invalid: list[dict[int, Fault]] = [{} for _ in rows]
    for at in (*phones, *mails):
        cells = trimmed([_cell(row, at) for row in rows])
        texts = _texts(cells)
        is_phone = at in phones
        read = normalize_phones(texts, region).e164 if is_phone else contact_emails(texts).address
        for found, cell, valid in zip(invalid, cells, read.is_valid().to_pylist(), strict=True):
            if not valid:
                found[at] = "empty" if not cell else "phone" if is_phone else "mail"
    return [
        _worst(found) if row["code"] in _NOBODY else {}
        for row, found in zip(rows, invalid, strict=True)
    ]


def _worst(found: dict[int, Fault]) -> dict[int, Fault]:
    """Where something stands, that is to be mended; else any of them is to be filled."""
    filled: dict[int, Fault] = {at: fault for at, fault in found.items() if fault != "empty"}
    return filled or found


def _cell(row: Mapping[str, Any], at: int) -> str:
    cells = row["cells"]
    return (cells[at] if at < len(cells) else None) or ""


def trimmed(cells: Sequence[str]) -> list[str]:
    """Without what stands around them and cannot be seen; what is blank is empty."""
    tidy: list[str] = pc.fill_null(tidy_text(_texts(cells)), "").to_pylist()
    return tidy


def as_dates(cells: Sequence[str], order: DateOrder) -> list[str]:
    """Days as `2026-04-03`, in which 03/04/2026 is read in this order."""
    texts = _texts(cells)
    return _or_as_it_stands(normalize_dates(texts, order).values.cast(pa.string()), texts)


def as_phones(cells: Sequence[str], region: str) -> list[str]:
    """Numbers as E.164, those without a country code being of this region (ISO 3166-1 alpha-2)."""
    texts = _texts(cells)
    return _or_as_it_stands(normalize_phones(texts, region).e164, texts)


def _texts(cells: Sequence[str]) -> pa.StringArray:
    return pa.array(cells, pa.string())


def _or_as_it_stands(read: pa.StringArray, texts: pa.StringArray) -> list[str]:
    cells: list[str] = pc.coalesce(read, texts).to_pylist()
    return cells

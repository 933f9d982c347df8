"""What may be done to all cells of a column at once, while rejected rows are mended.

Pure functions of cells; one that cannot be read so stays as it stands.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.normalizing.dates import normalize_dates
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.reading.cell_text import tidy_text


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

"""Data as JSON: the same text wherever it is printed or sent, and a dry run in pieces of it."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lead_pipeline.imports.preview import DryRun


def as_json(value: Any) -> str:
    """One line of JSON; dates as ISO 8601, decimals as text."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def preview_json(run: "DryRun", rows: int | None) -> Iterator[str]:
    """A dry run as one line of JSON, in pieces, so that a large file is never held whole."""
    yield as_json(run.head)[:-1] + ', "rows": ['
    for at, row in enumerate(run.rows(rows)):
        yield (", " if at else "") + as_json(row)
    after = {"counts": run.counts, "doubts": run.doubts, "quality": run.quality}
    yield f"], {as_json(after)[1:]}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

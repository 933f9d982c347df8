"""Makes what many tests need: imports as the ledger has them, and files of invented people."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from lead_pipeline.ledger import Import, Status

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until told otherwise."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def an_import(**facts: Any) -> Import:
    """A waiting import; everything that a test does not state is as at registration."""
    nothing: dict[str, Any] = dict.fromkeys(field.name for field in fields(Import))
    return Import(
        **(
            nothing
            | {
                "import_id": 1,
                "partition_key": "leads_0123456789ab",
                "object_key": "Acme/leads.csv",
                "version_tag": "0123456789abcdef",
                "bytes": 1024,
                "modified_at": NOON,
                "original_filename": "leads.csv",
                "hash": "0123456789ab",
                "supplier": "Acme",
                "status": Status.WAITING,
                "attempt": 1,
                "faults": 0,
                "outages": 0,
                "seen_at": NOON,
            }
            | facts
        )
    )


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file in UTF-8; a cell is quoted where it has to be."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def wide_file(header: Sequence[str], rows: Iterable[dict[str, str]], mark: str = "") -> bytes:
    """A CSV file with many columns, of which each row fills those that it names."""
    unknown = {name for row in rows for name in row} - set(header)
    assert not unknown, f"no such columns: {unknown}"
    return mark.encode() + csv_file(header, ([row.get(n, "") for n in header] for row in rows))

"""A vendor made up for tests of what all connectors share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lead_pipeline import ledger
from lead_pipeline.bucket import BucketObject, FolderBucket
from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
CLOCK = Clock(lambda: NOON, lambda _seconds: None)


def only_import(site: Site) -> Import:
    """The one import that waits for its steps."""
    with connect(site.settings.database_url, autocommit=True) as session:
        (found,) = ledger.open_imports(session, 10)
    return found


class Killed(BaseException):
    """The process ends here; nobody catches it."""


def record(number: int, **more: object) -> Record:
    """A lead of the form of that vendor, with an own phone."""
    payload = {
        "id": f"v:{number}",
        "full_name": f"Dana Example {'ABCDEFGHIJ'[number % 10]}",
        "phone_number": f"+1202555{number:04d}",
        "created_time": (NOON + timedelta(minutes=number)).isoformat(),
        "form_id": "1",
    }
    return Record(payload["id"], payload, NOON + timedelta(minutes=number), **more)  # type: ignore[arg-type]


@dataclass
class MadeUp:
    """Gives its records in their order, `size` to a page, from where the cursor stands.

    `faults` are raised instead of the page with that number, counted over all pulls.
    """

    records: dict[str, list[Record]] = field(default_factory=lambda: {"form": []})
    size: int = 2
    faults: dict[int, BaseException] = field(default_factory=dict)
    name: str = "meta"
    title: str = "Made up"
    profile: str = "meta_leads"
    import_source: str = "api"
    asked_pages: int = 0

    def parts(self) -> Iterator[Part]:
        yield from (Part(key, f"Form {key}") for key in self.records)

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        records = self.records[part.key]
        at = 0 if asked else (cursor or {"read": 0})["read"]
        while at < len(records):
            self.asked_pages += 1
            if fault := self.faults.get(self.asked_pages):
                raise fault
            found = records[at : at + self.size]
            at += len(found)
            if asked:
                found = [r for r in found if asked.since <= (r.occurred_at or NOON) <= asked.until]
            yield Page(found, None if asked else {"read": at})

    def check(self) -> Iterator[str]:
        yield "made up"


class KillingBucket(FolderBucket):
    """A bucket at which the process dies, before or after an object was stored."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, quiet_seconds=0, clock=lambda: 0.0)
        self.dies: str | None = None

    def put(self, source: Path, key: str) -> BucketObject:
        dies, self.dies = self.dies, None
        if dies == "before":
            raise Killed
        stored = super().put(source, key)
        if dies == "after":
            raise Killed
        return stored

"""How the work went, day by day: the data of the page, of its JSON and of the command."""

from dataclasses import dataclass
from datetime import date

from lead_pipeline.database import Connection, run

DAYS = 30
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Day:
    """What the files of a day came to, which arrived on it in the account's time zone.

    Imports that are `open` have no end yet, `tried_again` more than one attempt. `duplicates` are
    contacts that were known, or stood in the file twice, `notices` those that came up on this day,
    `messages` what arrived of them and of imports elsewhere. Seconds are those from the arrival of
    a file to the end of its import, None where none was completed.
    """

    day: date
    imports: int
    completed: int
    failed: int
    rejected: int
    undone: int
    open: int
    tried_again: int
    rows_read: int
    rows_rejected: int
    contacts: int
    new: int
    duplicates: int
    suppressed: int
    notices: int
    messages: int
    seconds_p50: float | None
    seconds_p95: float | None

    @property
    def success_percent(self) -> float | None:
        """Of the imports that came to an end by themselves, those that were completed."""
        return _percent(self.completed, self.completed + self.failed + self.rejected)

    @property
    def duplicate_percent(self) -> float | None:
        return _percent(self.duplicates, self.contacts)

    @property
    def facts(self) -> dict[str, object]:
        """All of it, by name."""
        own = {name: getattr(self, name) for name in self.__slots__}
        rates = ("success_percent", "duplicate_percent")
        return own | {name: getattr(self, name) for name in rates}


def days(session: Connection, most: int = DAYS) -> list[Day]:
    """The last days that brought a file or a notice, the newest first, of so many days."""
    return [Day(**row) for row in run(session, "monitoring/count_by_day", {"days": most})]


def _percent(some: int, of: int) -> float | None:
    return round(100 * some / of, 1) if of else None

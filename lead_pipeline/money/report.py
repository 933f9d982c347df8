"""What the lists of suppliers are worth, and who sells whose people."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lead_pipeline.database import Connection, run

WEEKS = 12
SOLD = ("sold", "sale", "won", "closed won", "converted", "customer")
"""The statuses of a lead that is a sale, in small letters: those of HubSpot's and Salesforce's
deals, and VICIdial's `SALE`."""


@dataclass(frozen=True, slots=True)
class Worth:
    """A supplier in a week: its contacts by what became of them, what is owed for them, and what
    the sales team made of its new leads."""

    supplier: str
    currency: str
    week: date
    contacts: int
    valid: int
    new: int
    duplicates: int
    suppressed: int
    invalid: int
    owed: Decimal
    qualified: int
    sold: int

    @property
    def facts(self) -> dict[str, Any]:
        """All of it, with shares of the contacts (0 to 1) and what each lead came to cost."""
        said = {name: getattr(self, name) for name in self.__slots__}
        shares = ("valid", "duplicates", "suppressed", "invalid")
        said |= {f"{name}_share": _share(getattr(self, name), self.contacts) for name in shares}
        costs = {"new_lead": self.new, "qualified": self.qualified, "sale": self.sold}
        return said | {f"cost_per_{name}": _cost(self.owed, count) for name, count in costs.items()}


def worth(session: Connection, supplier: str | None = None, weeks: int = WEEKS) -> list[Worth]:
    """By supplier and week, the oldest first; weeks in which nothing came are left out."""
    asked = {"supplier": supplier, "weeks": weeks, "sold": [*SOLD], "now": datetime.now(UTC)}
    return [Worth(**row) for row in run(session, "money/measure_worth", asked)]


def overlap(session: Connection) -> list[dict[str, Any]]:
    """Pairs of suppliers with people in common, the most first: the `first` had them earlier."""
    return run(session, "money/measure_overlap").fetchall()


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _cost(owed: Decimal, count: int) -> Decimal | None:
    return round(owed / count, 2) if count else None

"""The law of sums: every row and every contact of an import is in exactly one place.

Counted from the tables themselves, before anything is archived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import BrokenSum
from lead_pipeline.ledger import OUTCOME_COLUMNS, Import, Staging

# Those outcomes, with their columns, that a contact comes to which can be called.
OF_CALLABLE = {name: column for name, column in OUTCOME_COLUMNS.items() if name != "invalid"}


@dataclass(frozen=True, slots=True)
class Sums:
    """Both sides of the law of sums for one import, each counted where it lies."""

    rows_read: int
    rows_blank: int
    rows_staged: int
    rows_rejected: int
    rows_rejected_unread: int
    rows_contacts: int
    rows_misplaced: int
    contacts_found: int
    contacts_callable: int
    contacts_invalid: int

    @property
    def faults(self) -> list[str]:
        """What does not add up, in words; empty if the law holds."""
        checks = {
            "rows read = contacts + rejected + blank": (
                self.rows_read,
                self.rows_contacts + self.rows_rejected + self.rows_blank,
            ),
            "rows read = staged + rejected while reading + blank": (
                self.rows_read,
                self.rows_staged + self.rows_rejected_unread + self.rows_blank,
            ),
            "contacts found = callable + invalid": (
                self.contacts_found,
                self.contacts_callable + self.contacts_invalid,
            ),
            "staged rows in none or several places = 0": (self.rows_misplaced, 0),
        }
        return [f"{law}: {a} is not {b}" for law, (a, b) in checks.items() if a != b]

    def require(self) -> None:
        """
        Raises:
            BrokenSum: the law does not hold.
        """
        if self.faults:
            raise BrokenSum("the law of sums is broken: " + "; ".join(self.faults))


def prove_sums(connection: Connection, import_: Import) -> Sums:
    """Count both sides of the law of sums while the import's staging still stands."""
    counted = run(
        connection, "ledger/prove_sums", identifiers=Staging(import_.import_id).identifiers
    ).fetchone()
    if counted is None:
        raise BrokenSum("staging could not be counted")
    return Sums(
        rows_read=import_.rows_read or 0,
        rows_blank=import_.rows_blank or 0,
        contacts_found=import_.contacts_found or 0,
        **counted,
    )


def require_outcomes(import_: Import, counts: Mapping[str, Any]) -> None:
    """The other half of the law of sums: every contact that can be called has one outcome.

    Args:
        counts: the columns of the ledger, counted from the tables.

    Raises:
        BrokenSum: a contact has none, or several.
    """
    outcomes = {name: counts[column] for name, column in OF_CALLABLE.items()}
    if sum(outcomes.values()) != import_.contacts_callable:
        told = ", ".join(f"{name} {count}" for name, count in outcomes.items())
        raise BrokenSum(
            f"the law of sums is broken: {import_.contacts_callable} contacts can be called, and "
            f"their outcomes are {told}"
        )

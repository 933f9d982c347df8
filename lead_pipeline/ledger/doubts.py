"""What in the counts of an import should make a person look, though nothing is wrong with the sums.

Only what the ledger has of it is asked. What follows is for people to decide.
"""

from dataclasses import dataclass

from lead_pipeline.ledger.model import Import

# More rejected rows than others: then it is likelier that the file was read or mapped wrongly than
# that it is that bad.
MOST_REJECTED = 0.5


@dataclass(frozen=True, slots=True)
class ContactColumn:
    """A column of phones or mails: cells that are filled, and those that gave a valid value."""

    header: str
    field: str
    filled: int
    valid: int


def rejected_share(import_: Import) -> float:
    """Rejected rows among those that are not blank, from 0 to 1."""
    rows = (import_.rows_read or 0) - (import_.rows_blank or 0)
    return (import_.rows_rejected or 0) / rows if rows else 0.0


def contact_columns(import_: Import) -> list[ContactColumn]:
    """Every column of phones or mails, in the order of the file; none before it is normalized."""
    counts = import_.contact_columns or {}
    return [
        ContactColumn(column["header"], column["field"], **counts[column["field"]])
        for column in import_.columns or []
        if column["field"] in counts
    ]


def columns_without_valid(import_: Import) -> list[ContactColumn]:
    """Those in which something stands and nothing of it is valid."""
    return [one for one in contact_columns(import_) if one.filled and not one.valid]

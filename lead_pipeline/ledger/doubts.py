"""What in the counts of an import should make a person look, though nothing is wrong with the sums.

Only what the ledger has of it is asked. What follows is for people to decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind
from lead_pipeline.ledger.model import Import

# More rejected rows than others: then it is likelier that the file was read or mapped wrongly than
# that it is that bad.
MOST_REJECTED = 0.5
# Fewer valid ones among the filled cells of a column than people mistype: then it holds something
# else, or numbers of another country.
FEWEST_VALID = 0.1


@dataclass(frozen=True, slots=True)
class ContactColumn:
    """A column of phones or mails: cells that are filled, those that gave a valid value, and how
    the others look (digits as 9, letters as A)."""

    header: str
    field: str
    filled: int
    valid: int
    shape: str | None = None

    @property
    def is_doubtful(self) -> bool:
        return self.valid < FEWEST_VALID * self.filled

    @property
    def doubt(self) -> str:
        """What to think of it, and what to try."""
        phones = fields()[self.field].kind is Kind.PHONE
        told = f"{self.valid or 'none'} of {self.filled} filled cells gave a valid "
        told += f"{'phone' if phones else 'mail'} (most look like {self.shape})"
        region = "state --region if they are numbers of another country, or " if phones else ""
        return (
            f"{self.header}: {told}; {region}`lead-pipeline mappings set` if it is no {self.field}"
        )


def rejected_share(import_: Import) -> float:
    """Rejected rows among those that are not blank, from 0 to 1."""
    rows = (import_.rows_read or 0) - (import_.rows_blank or 0)
    return (import_.rows_rejected or 0) / rows if rows else 0.0


def contact_columns(import_: Import) -> list[ContactColumn]:
    """Every column of phones or mails, in the order of the file; none before it is normalized."""
    return counted_columns(import_.columns or (), import_.contact_columns or {})


def counted_columns(
    columns: Iterable[Mapping[str, Any]], counts: Mapping[str, Mapping[str, Any]]
) -> list[ContactColumn]:
    """The same of columns as the ledger keeps them, and of counts by field."""
    return [
        ContactColumn(column["header"], column["field"], **counts[column["field"]])
        for column in columns
        if column["field"] in counts
    ]


def doubtful_columns(import_: Import) -> list[ContactColumn]:
    """Those in which under a tenth of what stands there is valid."""
    return [one for one in contact_columns(import_) if one.is_doubtful]

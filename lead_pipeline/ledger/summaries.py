"""The summary of a run, as platform syncs tell it, and what became of its rejected rows since.

Counted from the tables when it is asked for; the outcomes of the ledger are more exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lead_pipeline.database import Connection, run
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.model import Contactable
from lead_pipeline.ledger import Import


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import came to: its contacts by case, then the rows that gave nobody.

    `same_source` counts people that the source had already, be it in an earlier row of the file.
    `skipped_without_phone` are rejected rows that have no phone although their layout is of no use
    without one (call logs), `errors` all other rejected rows.
    """

    new: int
    same_source: int
    cross_source: int
    skipped_without_phone: int
    errors: int


@dataclass(frozen=True, slots=True)
class Review:
    """The summary of an import, and how many of its rejected rows came again since, mended."""

    summary: Summary
    rows_retried: int


def review(session: Connection, imports: Iterable[Import]) -> dict[int, Review]:
    """The review of every import that is archived, by its number."""
    decided = [one for one in imports if one.archived_at is not None]
    need_phone = [one.import_id for one in decided if _needs_phone(one)]
    parameters = {"imports": [one.import_id for one in decided], "need_phone": need_phone}
    counts = {row["import_id"]: row for row in run(session, "ledger/count_rejected", parameters)}
    return {one.import_id: _review(one, counts[one.import_id]) for one in decided}


def _review(import_: Import, rejected: Mapping[str, int]) -> Review:
    without_phone = rejected["without_phone"]
    summary = Summary(
        new=import_.contacts_new or 0,
        same_source=(import_.contacts_same_source or 0) + (import_.contacts_in_file or 0),
        cross_source=import_.contacts_cross_source or 0,
        skipped_without_phone=without_phone,
        errors=(import_.rows_rejected or 0) - without_phone,
    )
    return Review(summary, rejected["retried"])


def _needs_phone(import_: Import) -> bool:
    profile = profiles().get(import_.profile or "generic")
    return profile is not None and profile.contactable is Contactable.PHONE

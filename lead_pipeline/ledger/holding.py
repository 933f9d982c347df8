"""Why an import should wait for a person before it counts.

Pure: only what loading and normalising left in the ledger is asked. Whether it does wait is what is
agreed with its supplier.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.flags import speaks
from lead_pipeline.fields.mapping import SURE
from lead_pipeline.ledger.doubts import (
    MOST_REJECTED,
    ContactColumn,
    contact_columns,
    rejected_share,
)
from lead_pipeline.ledger.model import Import
from lead_pipeline.settings import Review

_UNCLEAR_FLAGS = ("unclear_flag", "unclear_flag_cells")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person should look; `code` is for programs, `message` says what to do about it."""

    code: str
    message: str


def reasons_to_hold(import_: Import, review: Review) -> list[Reason]:
    """Why a normalized import is to be held; nothing where it may go on.

    Mended rows go on: a person has just had each of them in hand. So does what is confirmed.
    """
    if review == "never" or import_.confirmed_at or import_.retry_of is not None:
        return []
    found = list(
        doubts(
            import_.columns or [],
            import_.profile,
            (import_.layout or {}).get("problems", ()),
            contact_columns(import_),
            rejected_share(import_),
            import_.decisive_drift or (),
        )
    )
    if not found and review == "always":
        found.append(Reason("always", "every import is to be looked at before it counts"))
    return found


def doubts(
    columns: Iterable[Mapping[str, Any]],
    profile: str | None,
    problems: Iterable[Mapping[str, Any]],
    counted: Iterable[ContactColumn],
    rejected: float,
    drift: Iterable[str] = (),
) -> Iterator[Reason]:
    """What makes it likely that a file was misunderstood where it matters most: in who can be
    reached, and who must not be.

    Args:
        columns: as the ledger has them.
        profile: name of the layout.
        problems: what reading and mapping told of the file.
        counted: its columns of phones and mails, and how many of their cells are valid.
        rejected: the share (0 to 1) of rejected rows.
        drift: sentences about decisive columns that were otherwise in the supplier's last file.
    """
    for column in columns:
        if is_decisive(column, profile) and _is_unsure(column):
            yield Reason(
                "unsure_mapping",
                f"{column['header']!r} feeds {column['field']}, of which we are only "
                f"{column['confidence']:.0%} sure: `lead-pipeline mappings set` settles it",
            )
    for problem in problems:
        if problem["code"] in _UNCLEAR_FLAGS:
            yield Reason("unclear_flag", problem["message"])
    for channel in counted:
        if channel.is_doubtful:
            yield Reason("few_valid", channel.doubt)
    if rejected > MOST_REJECTED:
        yield Reason(
            "most_rows_rejected",
            f"{rejected:.0%} of the rows are rejected: was the file read as it is meant?",
        )
    for sentence in drift:
        yield Reason("decisive_drift", f"{sentence} The supplier's last file had it otherwise.")


def decisive(columns: Iterable[Mapping[str, Any]], profile: str | None) -> set[str]:
    """The headers of those columns that decide who can be reached, or must not be."""
    return {column["header"] for column in columns if is_decisive(column, profile)}


def is_decisive(column: Mapping[str, Any], profile: str | None) -> bool:
    """Whether a column, as the ledger has it, is a phone or mail of a lead, or a flag."""
    field = column["field"]
    said = speaks(column["header"], field, column["how"])
    if said is not None:
        return bool(said.channels)
    groups = profiles()[profile or "generic"].contacts
    channels = {name for group in groups for name in group.emails}
    channels |= {name for group in groups for slot in group.phones for name in slot.numbers}
    return field in channels


def _is_unsure(column: Mapping[str, Any]) -> bool:
    return column["field"] is not None and column["confidence"] < SURE

"""The registry of sources: where leads come from, by display name and kind.

The counts of the view `sources` are kept by the decisions of matching/.
"""

from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.model import Profile


def find_source(session: Connection, profile: Profile, folder: str | None) -> dict[str, Any]:
    """The source of a file, entered on first sight: `source`, `source_type` and `source_id`.

    A known layout names its source itself. Any other list comes from the folder that it lies in:
    from the source that people added under its name, if they did.
    """
    known = bool(profile.signature)
    name = profile.source if known or not folder else folder
    if not known and folder:
        by_hand = run(session, "suppliers/select_added_source", {"name": folder}).fetchone()
        if by_hand is not None:
            return by_hand
    return {
        "source": name,
        "source_type": profile.source_type,
        "source_id": add_source(session, name, profile.source_type),
    }


def add_source(
    session: Connection, display_name: str, source_type: str, *, by_hand: bool = False
) -> int:
    """The number of a source, new or known; safe to run again and by several at once.

    `by_hand` says that a person wants it: the files of its folder count for it from now on.
    """
    source = {"display_name": display_name, "source_type": source_type}
    found = run(session, "suppliers/select_source", source).fetchone()
    if found is None:
        run(session, "suppliers/add_source", source)
        (found,) = run(session, "suppliers/select_source", source)
    if by_hand:
        run(session, "suppliers/mark_added_source", source)
    return int(found["source_id"])


def require_source(session: Connection, display_name: str) -> None:
    """
    Raises:
        OperatorError: no file came from such a source, no layout names it, and nobody added it.
    """
    known = {one["display_name"] for one in all_sources(session)}
    known |= {profile.source for profile in profiles().values() if profile.signature}
    if display_name not in known:
        raise OperatorError(
            f"there is no source {display_name!r}; there are {', '.join(sorted(known))}, and "
            "`lead-pipeline sources add` enters another"
        )


def all_sources(session: Connection) -> list[dict[str, Any]]:
    """Every source with its counts, the largest first."""
    return run(session, "suppliers/list_sources").fetchall()

"""The lists themselves: which there are, of what kind, and which version of each is current.

Their entries are loaded in load.py and opt_outs.py.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError

Kind = Literal["internal", "national", "state", "litigator", "campaign"]
KINDS: tuple[Kind, ...] = get_args(Kind)

OPT_OUTS = "opt-outs"
"""The list that `dnc add` fills; it is always there and only ever grows."""


@dataclass(frozen=True, slots=True)
class DncList:
    """A list and its current version; version 0 is the empty beginning of `opt-outs`.

    `as_of` is when the list says that it was made, `entries` counts numbers and addresses.
    """

    list_id: int
    name: str
    kind: Kind
    campaign: str | None
    version_id: int
    version: int
    as_of: datetime
    loaded_at: datetime
    entries: int

    @property
    def table(self) -> sql.Identifier:
        """The child of `dnc_entries` that holds its numbers."""
        return entries_table(self.list_id)

    @property
    def identifiers(self) -> dict[str, sql.Composable]:
        """For the statements of sql/ that look at its entries."""
        return {"list_id": sql.Literal(self.list_id), "entries": self.table}


def entries_table(list_id: int, mark: str = "") -> sql.Identifier:
    return sql.Identifier("dnc", f"list_{list_id}{mark}")


def all_lists(session: Connection) -> list[DncList]:
    """Every list as it is now, by name."""
    return [DncList(**row) for row in run(session, "suppression/select_dnc_lists", {"name": None})]


def list_facts(session: Connection) -> list[dict[str, Any]]:
    """The same as plain data, with the age of each in whole days. Whether that is enough is for
    people to judge."""
    now = datetime.now(UTC)
    return [asdict(one) | {"age_days": (now - one.as_of).days} for one in all_lists(session)]


def current(session: Connection, name: str) -> DncList | None:
    """The list of that name, whatever its case, or None."""
    row = run(session, "suppression/select_dnc_lists", {"name": name}).fetchone()
    return DncList(**row) if row else None


def take(
    session: Connection, name: str, kind: Kind | None = None, campaign: str | None = None
) -> tuple[int, DncList | None]:
    """Own a list until the transaction ends: its number, and what it is now; None if it is new.

    Raises:
        OperatorError: the list is new and its kind is not said, or it is of another kind or
            campaign than said.
    """
    if campaign is not None:
        if kind not in (None, "campaign"):
            raise OperatorError(f"a list for a campaign is of kind campaign, not {kind}")
        kind = "campaign"
    elif kind == "campaign" and current(session, name) is None:
        raise OperatorError("which campaign's list is it? say it with --campaign")
    if kind is not None:
        run(session, "suppression/add_dnc_list", {"name": name, "kind": kind, "campaign": campaign})
    row = run(session, "suppression/lock_dnc_list", {"name": name}).fetchone()
    if row is None:
        raise OperatorError(
            f"there is no list {name!r} yet: say with --kind what it is ({', '.join(KINDS)})"
        )
    _require_same(row, kind, campaign)
    return row["list_id"], current(session, name)


def _require_same(row: dict[str, Any], kind: Kind | None, campaign: str | None) -> None:
    if kind is not None and row["kind"] != kind:
        raise OperatorError(f"the list {row['name']!r} is of kind {row['kind']}, not {kind}")
    if campaign is not None and row["campaign"].lower() != campaign.lower():
        raise OperatorError(
            f"the list {row['name']!r} is for the campaign {row['campaign']!r}, not {campaign!r}"
        )

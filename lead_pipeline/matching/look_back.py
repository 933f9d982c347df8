"""Loads a do-not-call list and lets it look back: leads that are there lose what it has.

What a later version drops is given back by building these leads again from their sightings. How a
list is loaded is suppression/load.py.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.matching import replay
from lead_pipeline.matching.charging import Act, Kind
from lead_pipeline.matching.given_back import credit_listed
from lead_pipeline.suppression.lines import Lines
from lead_pipeline.suppression.load import Loaded, Order, load_list

# No import is at work: every import's counts follow its leads.
_NO_IMPORT = 0


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What a load did, and to which leads, by their numbers.

    `leads` lost a channel; nobody can reach those that are `suppressed` any more. `released` were
    looked at again because the list dropped what it had taken from them.
    """

    loaded: Loaded
    leads: tuple[int, ...] = ()
    suppressed: tuple[int, ...] = ()
    released: tuple[int, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """All of it in one, as it is told in JSON."""
        loaded = asdict(self.loaded)
        named: dict[str, Any] = loaded.pop("list")
        looked = {name: getattr(self, name) for name in ("leads", "suppressed", "released")}
        return named | loaded | looked


def load_and_look_back(
    session: Connection,
    path: Path,
    order: Order,
    region: str,
    heard: Callable[[Lines], None] = lambda _: None,
    *,
    dry_run: bool = False,
) -> LookedBack:
    """Make the file at `path` the next version of a list, for the leads that are there too.

    One transaction; with `dry_run` it is taken back. Imports wait for it, as for an opt-out.

    Raises:
        BadFile: it is no list of numbers or addresses, or none of its lines can be read.
        OperatorError: the order does not fit the list or the file; nothing was changed.
    """
    with session.transaction(force_rollback=dry_run):
        loaded = load_list(session, path, order, region, heard)
        if loaded.unchanged:
            return LookedBack(loaded)
        entries = loaded.list.identifiers
        run(session, "matching/release_dropped", None, entries)
        released = session.execute("SELECT lead_id FROM released ORDER BY 1").fetchall()
        act = Act(Kind.LIST, f"list {loaded.list.name}, version {loaded.list.version}")
        if released:
            _rebuild(session, act)
        run(session, "matching/look_back", None, entries)
        taken = run(session, "suppression/take_channels").fetchall()
        leads = {row["lead_id"]: row["suppressed"] for row in taken}
        looked = LookedBack(
            loaded,
            leads=tuple(leads),
            suppressed=tuple(lead_id for lead_id, alone in leads.items() if alone),
            released=tuple(row["lead_id"] for row in released),
        )
        credit_listed(session, act, looked.suppressed, looked.released)
    return looked


def _rebuild(session: Connection, act: Act) -> None:
    replay.create(session)
    portion = {"most": replay.PORTION}
    replay.replay(
        session,
        _NO_IMPORT,
        lambda: run(session, "matching/take_released", portion).rowcount,
        act,
    )

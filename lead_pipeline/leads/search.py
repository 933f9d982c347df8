"""Finds leads by a phone, a mail, a number, an external id or words of a name, and by filters.

Keys are looked up where matching keeps them, names by their words; the last may be a beginning.
"""

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.leads.question import Asked, read_question
from lead_pipeline.matching.sightings import EXTERNAL_ID, Key
from lead_pipeline.settings import Settings

_ALL = sql.SQL("leads_master")
_NEWEST = sql.SQL(
    "(SELECT * FROM leads_master WHERE %(before)s::bigint IS NULL OR lead_id < %(before)s"
    " ORDER BY lead_id DESC LIMIT 5000)"
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which leads are wanted; None says nothing.

    `since` and `until` are days of the account on which the lead came to be, both included.
    `callable` are those with a phone or a mail that nobody has taken away. `assigned_to` is a
    person; an empty text stands for nobody.
    """

    source: str | None = None
    supplier: str | None = None
    tag: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    callable: bool | None = None
    assigned_to: str | None = None


_FILTERS = [field.name for field in fields(Filters)]


def search(
    session: Connection,
    text: str,
    filters: Filters,
    settings: Settings,
    *,
    before: int | None = None,
    most: int = 50,
) -> list[dict[str, Any]]:
    """The newest leads that fit, at most `most`; `before` are those with smaller numbers only.

    What has a digit or an `@` is a key, else the words of a name; if nobody is found so, the other.
    """
    wanted = _wanted(session, filters, settings) | {"before": before, "most": most}
    asked = read_question(text, settings.default_region)
    if not asked.text:
        return _select(session, wanted)
    by_key = wanted | {"leads": sorted(find_by_keys(session, asked))}
    by_name = wanted | {"name": asked.text}
    ways = [by_key, by_name] if re.search(r"[\d@]", asked.text) else [by_name, by_key]
    for way in ways:
        if found := _select(session, way):
            return found
    return []


def find_by_keys(session: Connection, asked: Asked) -> set[int]:
    """The numbers of the leads that have what was typed, or a sighting with it."""
    sources = [row["source_id"] for row in run(session, "leads/select_sources", {"source": None})]
    ids = [Key(EXTERNAL_ID, f"{one}:{text}") for one in sources for text in asked.external_ids]
    named = {"lead_id": asked.lead_id, **as_arrays([*asked.keys, *ids])}
    return {row["lead_id"] for row in run(session, "leads/find_by_keys", named)}


def as_arrays(keys: Collection[Key]) -> dict[str, list[str]]:
    """Keys as the parameters of a statement."""
    return {"kinds": [key.kind for key in keys], "values": [key.value for key in keys]}


def _wanted(session: Connection, filters: Filters, settings: Settings) -> dict[str, Any]:
    """The filters as the parameters of the statement, with the numbers of the source named."""
    sources = None
    if filters.source is not None:
        named = run(session, "leads/select_sources", {"source": filters.source})
        sources = [row["source_id"] for row in named]
    return asdict(filters) | {
        "sources": sources,
        "since": _midnight(filters.since, settings),
        "until": _midnight(filters.until, settings, days=1),
        "leads": None,
        "name": None,
    }


def _midnight(day: date | None, settings: Settings, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days), time(), ZoneInfo(settings.time_zone))


def _select(session: Connection, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """A page. Where filters ask for many leads it is among the newest; else those that fit are
    fewer, and to find all of them first takes less time than to go through the others."""
    if all(wanted[name] is None for name in _FILTERS):
        return _page(session, wanted, _ALL, materialized=False)
    newest = _page(session, wanted, _NEWEST, materialized=False)
    return newest if len(newest) == wanted["most"] else _page(session, wanted, _ALL)


def _page(
    session: Connection, wanted: dict[str, Any], among: sql.SQL, *, materialized: bool = True
) -> list[dict[str, Any]]:
    how = sql.SQL("MATERIALIZED" if materialized else "NOT MATERIALIZED")
    named = {"among": among, "materialized": how}
    with session.transaction():
        run(session, "leads/weigh_words")
        return run(session, "leads/select_page", wanted, named).fetchall()


def values_of(session: Connection) -> dict[str, list[str]]:
    """What filters may ask for, by their names: sources, suppliers, and what people have set."""
    row = run(session, "leads/select_values").fetchone()
    return dict(row or {})

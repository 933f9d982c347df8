"""The known leads that some keys lead to, as sightings: to foresee what a new one would count as.

Reads by keys alone, without a lock and without tables of its own, so that it takes milliseconds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.matching.sightings import EXTERNAL_ID, Key, Place, Sighting

Decisions = Mapping[Key, tuple[int, ...]]
"""The decisions of people that name a key."""


def known_sightings(
    session: Connection, keys: Collection[Key], weak: Collection[Key]
) -> tuple[list[Sighting], Decisions]:
    """The sightings of all leads that have one of the keys, or that people said are one with such.

    A lead has the keys from its first sighting on: whoever asks is assumed to come after those that
    brought them. `weak` are the keys that tell nobody apart.
    """
    owned: dict[int, list[Key]] = defaultdict(list)
    decided: dict[Key, tuple[int, ...]] = defaultdict(tuple)
    asked = {"kinds": [key.kind for key in keys], "values": [key.value for key in keys]}
    for row in run(session, "matching/select_owners", asked):
        key = Key(row["kind"], row["value"])
        if row["decision_id"] is None:
            owned[row["lead_id"]].append(key)
        else:
            decided[key] = (*decided[key], row["decision_id"])
    meant = _meant(session, {one for numbers in decided.values() for one in numbers})
    leads = {*owned, *meant}
    rows = run(session, "matching/select_sighted", {"leads": [*leads]}) if leads else ()
    sightings = [_sighting(row, owned, meant, frozenset(weak)) for row in rows]
    return sightings, decided


def shared_numbers(session: Connection, phones: Iterable[str]) -> set[str]:
    """Those of the phones that are known to be nobody's own."""
    rows = run(session, "matching/select_shared_numbers", {"phones": [*phones]})
    return {row["value"] for row in rows}


def _meant(session: Connection, decisions: Collection[int]) -> Mapping[int, list[int]]:
    """Lead -> the decisions that say whom it is one with."""
    found: dict[int, list[int]] = defaultdict(list)
    if decisions:
        for row in run(session, "matching/select_meant", {"decisions": [*decisions]}):
            found[row["lead_id"]].append(row["decision_id"])
    return found


def _sighting(
    row: Mapping[str, Any],
    owned: Mapping[int, list[Key]],
    meant: Mapping[int, list[int]],
    weak: frozenset[Key],
) -> Sighting:
    """A sighting in its lead. By a key of their own, which nobody else has, all of a lead are one;
    by what the lead can be reached is said by such keys too."""
    lead = row["lead_id"]
    own = Key(EXTERNAL_ID, f"lead {lead}")
    keys = (*_channels(row), *owned.get(lead, ())) if row["founds"] else ()
    return Sighting(
        place=Place(row["import_id"], row["row_number"], row["contact_number"]),
        received_at=row["received_at"],
        keys=(own, *keys),
        weak=weak.intersection(keys),
        listed=frozenset(owned.get(lead, ())),
        source_id=row["source_id"] or 0,
        supplier=row["supplier"],
        lead_id=lead,
        decided=tuple((own, decision) for decision in meant.get(lead, ())),
    )


def _channels(row: Mapping[str, Any]) -> Iterator[Key]:
    for kind in row["reached"]:
        yield Key(kind, f"lead {row['lead_id']}")

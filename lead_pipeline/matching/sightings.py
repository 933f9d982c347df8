"""The rule of matching as a pure function: sightings in their order become leads.

The database only chooses which sightings have to be looked at together (decide.py, replay.py);
what they become is settled here, for contacts of one file as for those of all imports. A contact
without a channel that may be used is no sighting: it must not stand in for one that can be reached.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lead_pipeline.suppliers.terms import USUAL, Scope, Terms


class Outcome(StrEnum):
    """What a contact turned out to be; the one bucket in which it ends."""

    NEW = "new"
    SAME_SOURCE = "same_source_duplicate"
    CROSS_SOURCE = "cross_source_duplicate"
    UPDATED = "updated"


class Key(NamedTuple):
    """What identifies a person: `external_id` (within a source), `email` (its key) or `phone`."""

    kind: str
    value: str


class Place(NamedTuple):
    """Where a contact stands: its import, its row in the file, its number in the row."""

    import_id: int
    row_number: int
    contact_number: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A contact as matching sees it; `keys` stand in the order in which they decide.

    `further` are keys that only its in-file duplicates have: they decide nothing, and become the
    lead's if they are nobody's. `refreshes` says that the file was to update known leads.
    `founder_of` is the lead that this contact is the primary sighting of, if people have worked on
    that lead.
    """

    place: Place
    received_at: datetime
    keys: tuple[Key, ...]
    further: tuple[Key, ...] = ()
    source_id: int = 0
    supplier: str | None = None
    refreshes: bool = False
    terms: Terms = USUAL
    lead_id: int | None = None
    founder_of: int | None = None

    @property
    def order(self) -> tuple[datetime, Place]:
        return self.received_at, self.place


@dataclass(frozen=True, slots=True)
class Member:
    """A sighting in its lead: what it counts as, by which kind of key, and whether it updates."""

    sighting: Sighting
    outcome: Outcome
    matched_by: str | None

    @property
    def updates(self) -> bool:
        return self.outcome is Outcome.UPDATED


@dataclass(slots=True)
class Lead:
    """A person: the sightings in their order, the first of which founded the lead."""

    members: list[Member] = field(default_factory=list)
    worked_on: int | None = None

    def choose_id(self, taken: set[int]) -> int | None:
        """The number of a lead that these sightings had before and nobody else has taken."""
        before = (self.worked_on, *(member.sighting.lead_id for member in self.members))
        return next((n for n in before if n is not None and n not in taken), None)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A contact that counts for `lead` and has a key of `other`."""

    lead: Lead
    other: Lead
    key: Key
    place: Place


@dataclass(slots=True)
class People:
    """What a set of sightings comes to: the leads, whose each key is, and the open questions."""

    leads: list[Lead] = field(default_factory=list)
    owners: dict[Key, Lead] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)


def find_people(sightings: Iterable[Sighting]) -> People:
    """Match sightings one after the other, by event time, then by import and row.

    The first key of a sighting that is known decides whose it is; keys that nobody has yet become
    that lead's. Two leads that people have worked on are never made one.
    """
    ordered = sorted(sightings, key=lambda s: s.order)
    decisive = {(s.place.import_id, key) for s in ordered for key in s.keys}
    people, undecided = People(), list[tuple[Key, Lead, Place]]()
    for sighting in ordered:
        known = [(key, people.owners[key]) for key in sighting.keys if key in people.owners]
        lead, matched_by = _whose(sighting, known)
        if not lead.members:
            people.leads.append(lead)
        lead.members.append(Member(sighting, outcome(sighting, lead.members), matched_by))
        lead.worked_on = lead.worked_on or sighting.founder_of
        place = sighting.place
        for key in sighting.keys + sighting.further:
            # A key by which its own file tells another contact apart is not for this one to take.
            if key in sighting.keys or (place.import_id, key) not in decisive:
                people.owners.setdefault(key, lead)
            undecided.append((key, lead, place))
    for key, lead, place in undecided:
        other = people.owners.get(key, lead)
        if other is not lead:
            people.conflicts.append(Conflict(lead, other, key, place))
    return people


def _whose(sighting: Sighting, known: Sequence[tuple[Key, Lead]]) -> tuple[Lead, str | None]:
    for key, lead in known:
        if not (sighting.founder_of and lead.worked_on):
            return lead, key.kind
    return Lead(), None


def outcome(sighting: Sighting, earlier: Sequence[Member]) -> Outcome:
    """What a sighting counts as, given those of the same person before it, in their order."""
    if not earlier:
        return Outcome.NEW
    counted = [m.sighting for m in earlier if _counts(m.sighting, sighting)]
    lookback = sighting.terms.lookback
    fresh = bool(counted) and (
        lookback is None or sighting.received_at - counted[-1].received_at <= lookback
    )
    if sighting.refreshes or not fresh:
        return Outcome.UPDATED
    if any(m.sighting.source_id == sighting.source_id for m in earlier):
        return Outcome.SAME_SOURCE
    return Outcome.CROSS_SOURCE


def _counts(earlier: Sighting, now: Sighting) -> bool:
    match now.terms.scope:
        case Scope.SUPPLIER:
            return earlier.supplier == now.supplier
        case Scope.SOURCE:
            return earlier.source_id == now.source_id
        case Scope.EVERYWHERE:
            return True

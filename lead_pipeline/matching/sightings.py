"""The rule of matching as a pure function: sightings in their order become leads.

The database only chooses which sightings have to be looked at together (decide.py, replay.py);
what they become is settled here. Every contact of a file is a sighting of its own, so that it does
not matter how a list is cut: only the word `in_file_duplicate` tells that one was in the same file.
A contact without a channel that may be used is no sighting: it must not stand in for one that can
be reached.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lead_pipeline.suppliers.terms import USUAL, Scope, Terms


class Outcome(StrEnum):
    """What a contact turned out to be; the one bucket in which it ends."""

    NEW = "new"
    IN_FILE = "in_file_duplicate"
    SAME_SOURCE = "same_source_duplicate"
    CROSS_SOURCE = "cross_source_duplicate"
    UPDATED = "updated"


class Key(NamedTuple):
    """What identifies a person: `external_id` (within a source), `email` (its key) or `phone`.

    A mail that is no key of a person stands here with the name behind it: `info@example.com ann`.
    """

    kind: str
    value: str


def channel_of(key: Key) -> str:
    """The mail or phone of a key: a weak mail is one together with the name behind it."""
    return key.value.partition(" ")[0] if key.kind == "email" else key.value


class Place(NamedTuple):
    """Where a contact stands: its import, its row in the file, its number in the row."""

    import_id: int
    row_number: int
    contact_number: int


EXTERNAL_ID = "external_id"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A contact as matching sees it; `keys` stand in the order in which they decide.

    `weak` are those of `keys` by which nobody is told apart: numbers of a company or of several
    people, mails of a function. They decide only for who has no other channel. `listed` are those
    whose channel a list took away. `refreshes` says that the file was to update known leads.
    `founder_of` is the lead that this contact is the primary sighting of, if people have worked on
    that lead. `decided` has its keys of which a person has said whose else they are: the number of
    the decision, by which all that have one of its keys are one person.
    """

    place: Place
    received_at: datetime
    keys: tuple[Key, ...]
    weak: frozenset[Key] = frozenset()
    listed: frozenset[Key] = frozenset()
    source_id: int = 0
    supplier: str | None = None
    refreshes: bool = False
    terms: Terms = USUAL
    lead_id: int | None = None
    founder_of: int | None = None
    decided: tuple[tuple[Key, int], ...] = ()

    @property
    def order(self) -> tuple[datetime, Place]:
        return self.received_at, self.place

    @property
    def deciding(self) -> tuple[Key, ...]:
        """The keys that may tell whose it is: the weak ones only where there is nothing else."""
        strong = tuple(key for key in self.keys if key not in self.weak)
        return strong if any(key.kind != EXTERNAL_ID for key in strong) else self.keys


@dataclass(frozen=True, slots=True)
class Member:
    """A sighting in its lead: what it counts as, by which kind of key, and whether it updates.

    `first` is the contact of the same file that an in-file duplicate repeats. `joins` says that it
    is known by a person's decision alone: what it says is the lead's too.
    """

    sighting: Sighting
    outcome: Outcome
    matched_by: str | None
    updates: bool = False
    first: Place | None = None
    joins: bool = False


@dataclass(slots=True)
class Lead:
    """A person: the sightings in their order, the first of which founded the lead.

    `reached` are the kinds of channel by which the lead can be reached.
    """

    members: list[Member] = field(default_factory=list)
    worked_on: int | None = None
    reached: set[str] = field(default_factory=set)

    def choose_id(self, taken: set[int]) -> int | None:
        """The number of a lead that these sightings had before and nobody else has taken."""
        before = (self.worked_on, *(member.sighting.lead_id for member in self.members))
        return next((n for n in before if n is not None and n not in taken), None)


@dataclass(frozen=True, slots=True)
class Loose:
    """A contact that counts for `lead` and has a key that is not the lead's, but `other`'s or
    nobody's; a weak mail is loose also where what stands for it is the lead's."""

    lead: Lead
    other: Lead | None
    key: Key
    weak: bool
    place: Place


@dataclass(slots=True)
class People:
    """What a set of sightings comes to: the leads, whose each key is, whom people meant by their
    decisions, and the keys left over."""

    leads: list[Lead] = field(default_factory=list)
    owners: dict[Key, Lead] = field(default_factory=dict)
    decided: dict[int, Lead] = field(default_factory=dict)
    loose: list[Loose] = field(default_factory=list)


_Said = dict[tuple[int, int, Key], Place]
"""(import, id of the lead, key) -> the contact of the file that others with the key repeat."""


def find_people(sightings: Iterable[Sighting]) -> People:
    """Match sightings one after the other, by event time, then by import and row.

    The first deciding key of a sighting that is known tells whose it is. Whoever founds or updates
    a lead gives it all its keys that nobody has yet; any other gives it its id, and the channels
    of a kind that the lead has none of: what stands in none of a lead's channels recognises nobody.
    Two leads that people have worked on are never made one.
    """
    people, said = People(), _Said()
    for sighting in sorted(sightings, key=lambda s: s.order):
        known = [(key, people.owners[key]) for key in sighting.deciding if key in people.owners]
        lead, matched_by = _whose(sighting, known)
        meant = None if lead.members else _meant(sighting, people)
        lead, matched_by = meant or (lead, matched_by)
        if not lead.members:
            people.leads.append(lead)
        member = _member(sighting, lead, matched_by, said, joins=meant is not None)
        for _, decision in sighting.decided:
            people.decided.setdefault(decision, lead)
        lead.members.append(member)
        lead.worked_on = lead.worked_on or sighting.founder_of
        _learn(people.owners, lead, member)
    people.loose = [
        one
        for lead in people.leads
        for member in lead.members
        for one in _loose(people, lead, member)
    ]
    return people


def _loose(people: People, lead: Lead, member: Member) -> Iterator[Loose]:
    sighting = member.sighting
    for key in sighting.keys:
        owner, weak = people.owners.get(key), key in sighting.weak
        if owner is not lead or (weak and key.kind == "email"):
            yield Loose(lead, None if owner is lead else owner, key, weak, sighting.place)


def _whose(sighting: Sighting, known: Sequence[tuple[Key, Lead]]) -> tuple[Lead, str | None]:
    for key, lead in known:
        if not (sighting.founder_of and lead.worked_on):
            return lead, key.kind
    return Lead(), None


def _meant(sighting: Sighting, people: People) -> tuple[Lead, str] | None:
    """The lead that a person has said this one is, and the kind of key by which it was meant."""
    for key, decision in sighting.decided:
        lead = people.decided.get(decision)
        if lead is not None and not (sighting.founder_of and lead.worked_on):
            return lead, key.kind
    return None


def _member(
    sighting: Sighting, lead: Lead, matched_by: str | None, said: _Said, *, joins: bool
) -> Member:
    """The sighting in its lead; `said` learns by which keys others of its file repeat it."""
    what = outcome(sighting, lead.members)
    file = sighting.place.import_id, id(lead)
    repeated = next((key for key in sighting.deciding if (*file, key) in said), None)
    first = said[(*file, repeated)] if repeated else None
    for key in sighting.keys:
        said.setdefault((*file, key), first or sighting.place)
    updates = what is Outcome.UPDATED
    if repeated is None:
        return Member(sighting, what, matched_by, updates, joins=joins)
    return Member(sighting, Outcome.IN_FILE, repeated.kind, updates, first)


def _learn(owners: dict[Key, Lead], lead: Lead, member: Member) -> None:
    sighting, reached = member.sighting, set[str]()
    speaks = member.updates or member.joins or len(lead.members) == 1
    for key in sighting.keys:
        if speaks or key.kind == EXTERNAL_ID or key.kind not in lead.reached:
            owner = owners.setdefault(key, lead)
            if key not in sighting.listed and (owner is lead or key in sighting.weak):
                reached.add(key.kind)
    lead.reached |= reached


def outcome(sighting: Sighting, earlier: Sequence[Member]) -> Outcome:
    """What a sighting counts as, given those of the same person before it, in their order."""
    if not earlier:
        return Outcome.NEW
    last = last_counted(sighting, earlier)
    lookback = sighting.terms.lookback
    fresh = last is not None and (
        lookback is None or sighting.received_at - last.received_at <= lookback
    )
    if sighting.refreshes or not fresh:
        return Outcome.UPDATED
    if any(m.sighting.source_id == sighting.source_id for m in earlier):
        return Outcome.SAME_SOURCE
    return Outcome.CROSS_SOURCE


def last_counted(sighting: Sighting, earlier: Sequence[Member]) -> Sighting | None:
    """The last one before a sighting that can make it a duplicate, by the supplier's terms."""
    return next((m.sighting for m in reversed(earlier) if _counts(m.sighting, sighting)), None)


def _counts(earlier: Sighting, now: Sighting) -> bool:
    match now.terms.scope:
        case Scope.SUPPLIER:
            return earlier.supplier == now.supplier
        case Scope.SOURCE:
            return earlier.source_id == now.source_id
        case Scope.EVERYWHERE:
            return True

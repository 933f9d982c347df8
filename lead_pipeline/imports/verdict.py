"""What a file would have said of leads that somebody posts, told at once and before any import.

By the rules of suppression/ and matching/, over what keyed look-ups find: nothing is written but
the name of a new source, no decision waits. What an import says in the end may still differ where
another one comes before it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lead_pipeline.database import Connection, run
from lead_pipeline.imports.posted import Contact, read_posted
from lead_pipeline.matching.decide import SHARED_BY
from lead_pipeline.matching.known import Decisions, known_sightings, shared_numbers
from lead_pipeline.matching.replay import terms_of
from lead_pipeline.matching.sightings import (
    EXTERNAL_ID,
    Key,
    Lead,
    Outcome,
    Place,
    Sighting,
    find_people,
    last_counted,
)
from lead_pipeline.settings import Settings
from lead_pipeline.suppliers.terms import USUAL, Terms
from lead_pipeline.suppression.look_up import Channel, Listed, listed

NOT_YET = 2**31
"""Stands for the import that is to come: after all that are there."""
_BEST = ("accepted", "duplicate", "suppressed", "invalid")
"""What a row with several contacts is told: the best of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted`, `duplicate`, `suppressed` or `invalid`, and why it is invalid.

    Of a duplicate is told how many days ago the person was last received from whoever counts by the
    supplier's terms; not who that is.
    """

    status: str
    reason: str | None = None
    age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one lead, and what is kept of it until it is imported: by contact the keys that
    take part in matching, and the source that it will count for."""

    verdict: Verdict
    keys: Mapping[int, tuple[Key, ...]]
    source_id: int


Waiting = Callable[[Collection[Key]], Iterable[Sighting]]
"""Gives the sightings with some keys that are on their way to an import."""


def judge(
    session: Connection,
    lines: Sequence[str],
    supplier: str,
    settings: Settings,
    now: datetime,
    waiting: Waiting = lambda _: (),
) -> list[Judged]:
    """What a file of the supplier with these leads (lines of JSON) would say, in their order."""
    posted = read_posted(session, lines, supplier, settings)
    sender = Sender(posted.source_id, supplier, terms(session, supplier), now)
    ((told, mine),) = verdicts(session, [Offer(posted.contacts, sender)], waiting)
    for row, reason in posted.rejected.items():
        told[row].append(Verdict("invalid", reason))
    keys: defaultdict[int, dict[int, tuple[Key, ...]]] = defaultdict(dict)
    for one in mine:
        keys[one.place.row_number][one.place.contact_number] = one.keys
    return [
        Judged(best(told[row]), keys.get(row, {}), posted.source_id)
        for row in range(1, len(lines) + 1)
    ]


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom leads come, on which terms, and when."""

    source_id: int
    supplier: str
    terms: Terms
    now: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Contacts of a sender that concern one another."""

    contacts: Sequence[Contact]
    sender: Sender


Told = tuple[defaultdict[int, list[Verdict]], list[Sighting]]
"""By row what its contacts come to, and the sightings that those are that can be called."""


def verdicts(session: Connection, offers: Sequence[Offer], waiting: Waiting) -> list[Told]:
    """What each offer comes to by itself; they are looked up together."""
    contacts = [contact for offer in offers for contact in offer.contacts]
    lists = listed(session, {one for contact in contacts for one in channels(contact)})
    shared = shared_numbers(session, {phone for one in contacts for phone in one.phones})
    seen = [_seen(offer, lists, shared) for offer in offers]
    known, decisions = _known(session, [one for _, mine in seen for one in mine], waiting)
    for offer, (told, mine) in zip(offers, seen, strict=True):
        asked = [replace(one, decided=tuple(_decided(one, decisions))) for one in mine]
        for lead in find_people([*known, *asked]).leads:
            for row, verdict in _told(lead, offer.sender.now):
                told[row].append(verdict)
    return seen


def _seen(offer: Offer, lists: Listed, shared: Collection[str]) -> Told:
    """What is told of the contacts that nobody may call, and the sightings of the others."""
    flagged = {one for contact in offer.contacts for one in _flagged(contact)}
    weak = {*_shared(offer.contacts), *shared}
    told: defaultdict[int, list[Verdict]] = defaultdict(list)
    mine = []
    for contact in offer.contacts:
        taken = flagged.intersection(channels(contact)) | _listed(contact, lists)
        if taken >= set(channels(contact)):
            told[contact.row].append(Verdict("suppressed"))
        else:
            mine.append(_sighting(contact, taken, weak, offer.sender))
    return told, mine


def best(told: Sequence[Verdict]) -> Verdict:
    return min(told, key=lambda one: _BEST.index(one.status))


def terms(session: Connection, supplier: str) -> Terms:
    """What is agreed with a supplier."""
    row = run(session, "imports/select_terms_of_today", {"supplier": supplier}).fetchone()
    return terms_of(row) if row else USUAL


def _place(contact: Contact) -> Place:
    return Place(NOT_YET, contact.row, contact.number)


def channels(contact: Contact) -> Iterator[Channel]:
    """By what a contact can be reached."""
    yield from (("phone", phone) for phone in contact.phones)
    yield from (("email", mail) for mail in contact.mails)


def _listed(contact: Contact, lists: Listed) -> set[Channel]:
    """The channels of a contact that are on a list which counts for it."""
    counts = {None, *contact.campaigns}
    return {one for one in channels(contact) if counts.intersection(lists.get(one, ()))}


def _flagged(contact: Contact) -> Iterator[Channel]:
    for flag in contact.flags:
        for kind, value in channels(contact):
            if kind == flag["channel"] and flag.get("value") in (None, value):
                yield kind, value


def _known(
    session: Connection, mine: Sequence[Sighting], waiting: Waiting
) -> tuple[list[Sighting], Decisions]:
    """The sightings that some of these may be one with, and the decisions about them."""
    keys = {key for one in mine for key in one.keys}
    weak = {key for one in mine for key in one.weak}
    # Asked first: what is imported meanwhile is known then.
    on_their_way = [replace(one, weak=frozenset(weak & {*one.keys})) for one in waiting(keys)]
    known, decisions = known_sightings(session, keys, weak)
    return [*known, *on_their_way], decisions


def _sighting(
    contact: Contact, taken: Collection[Channel], weak_phones: Collection[str], sender: Sender
) -> Sighting:
    """A contact as the import will see it."""
    keys = []
    if contact.external_id is not None:
        keys.append(Key(EXTERNAL_ID, f"{sender.source_id}:{contact.external_id}"))
    name = (contact.name or "").lower()
    mails = {
        mail: Key("email", f"{mail} {name}" if mail in contact.weak_mails else mail)
        for mail in contact.mails
    }
    phones = {phone: Key("phone", phone) for phone in contact.phones}
    weak = [
        *(key for mail, key in mails.items() if mail in contact.weak_mails),
        *(key for phone, key in phones.items() if phone in weak_phones),
    ]
    channels = mails | phones
    return Sighting(
        place=_place(contact),
        received_at=min(contact.event_at or sender.now, sender.now),
        keys=(*keys, *channels.values()),
        weak=frozenset(weak),
        listed=frozenset(channels[value] for _, value in taken),
        source_id=sender.source_id,
        supplier=sender.supplier,
        terms=sender.terms,
    )


def _decided(sighting: Sighting, decisions: Decisions) -> Iterator[tuple[Key, int]]:
    for key in sighting.keys:
        for decision in sorted(decisions.get(key, ())):
            yield key, decision


def _told(lead: Lead, now: datetime) -> Iterator[tuple[int, Verdict]]:
    for at, member in enumerate(lead.members):
        sighting = member.sighting
        if sighting.place.import_id != NOT_YET:
            continue
        if member.outcome in (Outcome.NEW, Outcome.UPDATED):
            yield sighting.place.row_number, Verdict("accepted")
        else:
            before = last_counted(sighting, lead.members[:at])
            age = (now - before.received_at).days if before else 0
            yield sighting.place.row_number, Verdict("duplicate", age_days=age)


def _shared(contacts: Sequence[Contact]) -> Iterator[str]:
    """Phones that these contacts show to be nobody's own, as declare_shared_numbers.sql does."""
    surnames: dict[str, set[str]] = defaultdict(set)
    others: dict[str, set[str]] = defaultdict(set)
    for contact in contacts:
        yield from contact.company_phones
        for phone in contact.phones if contact.name is not None else ():
            surnames[phone].add((contact.last_name or contact.name or "").lower())
            others[phone].update([*contact.mails, *(p for p in contact.phones if p != phone)][:1])
    yield from (
        phone
        for phone in surnames
        if len(surnames[phone]) >= SHARED_BY and len(others[phone]) >= SHARED_BY
    )

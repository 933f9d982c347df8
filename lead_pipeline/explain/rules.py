"""Which rule made a contact what it is: by which key, known from where, on whose terms.

Follows the sightings of a lead in their order, as matching did; nothing is decided anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lead_pipeline.explain.find import Fact, Found
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching.sightings import Key, Place

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """What applied, in words; with the key that matched, and the contact it was known from."""

    text: str
    key: Key | None = None
    known_from: Place | None = None


def applied(found: Found, imports: Mapping[int, Import]) -> dict[Place, Rule]:
    """Place of every contact -> the rule that applied to it."""
    rules: dict[Place, Rule] = {}
    for lead_id in {fact.lead_id for fact in found.facts.values() if fact.lead_id is not None}:
        rules.update(_of_lead(lead_id, found, imports))
    for place, fact in found.facts.items():
        if fact.first is not None:
            rules[place] = _of_repeat(fact, found, imports)
        elif fact.lead_id is None:
            rules[place] = Rule(_of_nobody(fact))
    return rules


def keys_of(place: Place, found: Found, imports: Mapping[int, Import]) -> list[Key]:
    return found.keys_of(place, imports[place.import_id].source_id)


def in_words(key: Key) -> str:
    """Such as `phone +12025550123`; the source in front of an external id is left out."""
    if key.kind == "external_id":
        return f"external id {key.value.partition(':')[2]}"
    return f"{key.kind} {key.value}"


def _of_lead(
    lead_id: int, found: Found, imports: Mapping[int, Import]
) -> Iterator[tuple[Place, Rule]]:
    """Each sighting, with the keys that were known before it."""
    known: dict[Key, Place] = {}
    sightings = [fact for fact in found.facts.values() if fact.lead_id == lead_id]
    for fact in sorted(sightings, key=lambda fact: (fact.received_at or _NEVER, fact.place)):
        import_ = imports[fact.place.import_id]
        keys = keys_of(fact.place, found, imports)
        key = _first(fact.matched_by, keys, known)
        yield (
            fact.place,
            Rule(_of_sighting(fact, import_, key, known), key, known.get(key) if key else None),
        )
        repeats = [place for place, other in found.facts.items() if other.first == fact.place]
        for place in (fact.place, *sorted(repeats)):
            for one in keys_of(place, found, imports):
                known.setdefault(one, place)


def _first(kind: str | None, keys: list[Key], known: Mapping[Key, Place]) -> Key | None:
    """The key that decided: the first of its kind that was known."""
    return next((key for key in keys if key.kind == kind and key in known), None)


def _of_sighting(fact: Fact, import_: Import, key: Key | None, known: Mapping[Key, Place]) -> str:
    if fact.outcome == "new":
        if import_.status is Status.UNDONE:
            return "founded the lead; its import is undone, the lead kept: people have worked on it"
        return "founded the lead: nobody with one of its keys was known"
    if fact.outcome == "feedback":
        return "feedback on the lead: what came of it, and no sighting"
    told = f"matched by {in_words(key) if key else str(fact.matched_by).replace('_', ' ')}"
    if key is None:  # nobody with one of its keys was known before it
        told = "somebody else by its keys, but a person said that they are one"
    if key and known[key] != fact.place:
        told += f", known from import {known[key].import_id} row {known[key].row_number}"
    match fact.outcome:
        case "same_source_duplicate":
            return f"{told}: a source that the lead has already"
        case "cross_source_duplicate":
            return f"{told}: a source new to the lead, added to its history"
        case _ if import_.force_refresh:
            return f"{told}: it updated the lead, for the file was dropped with --force-refresh"
        case _:
            return f"{told}: it updated the lead, for on the supplier's terms it is no duplicate"


def _of_repeat(fact: Fact, found: Found, imports: Mapping[int, Import]) -> Rule:
    """The same person in an earlier row of the file; the key may be one that another repeat had."""
    group = [p for p, other in found.facts.items() if fact.first in (p, other.first)]
    known = {
        key: place
        for place in sorted(group, reverse=True)
        if place < fact.place
        for key in keys_of(place, found, imports)
    }
    key = _first(fact.matched_by, keys_of(fact.place, found, imports), known)
    by = in_words(key) if key else str(fact.matched_by).replace("_", " ")
    first = fact.first.row_number if fact.first else None
    return Rule(f"the same person as row {first} of the file, by {by}", key, fact.first)


def _of_nobody(fact: Fact) -> str:
    match fact.outcome:
        case "invalid":
            return f"cannot be called: {fact.reason}"
        case "undone":
            return "its import is undone: it counts for nothing"
        case _:
            return (
                "suppressed: every phone and mail of it is on a do-not-call list, so that it was "
                "not matched with anybody"
            )

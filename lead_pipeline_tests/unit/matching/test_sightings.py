"""The rule of matching, without a database: sightings in their order become leads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.matching.sightings import (
    Key,
    Lead,
    Outcome,
    People,
    Place,
    Sighting,
    find_people,
)
from lead_pipeline.suppliers.terms import Scope, Terms

START = datetime(2026, 1, 1, tzinfo=UTC)
NEW, IN_FILE, SAME, CROSS, UPDATED = (
    Outcome.NEW, Outcome.IN_FILE, Outcome.SAME_SOURCE, Outcome.CROSS_SOURCE, Outcome.UPDATED,
)  # fmt: skip


def key(text: str) -> Key:
    """`m1` is a mail, `p1` a phone, `x1` an external id."""
    return Key({"m": "email", "p": "phone", "x": "external_id"}[text[0]], text)


def keys(text: str) -> tuple[Key, ...]:
    return tuple(map(key, text.split()))


def seen(
    name: int, said: str, *, day: int = 1, import_id: int | None = None, weak: str = "",
    listed: str = "", source: int = 1, supplier: str = "Acme", refreshes: bool = False,
    lookback: int | None = None, scope: Scope = Scope.EVERYWHERE,
    founder_of: int | None = None, lead_id: int | None = None,
) -> Sighting:  # fmt: skip
    """A sighting whose row number is its name, in a file of its own if nothing else is said."""
    return Sighting(
        place=Place(import_id or name, name, 1),
        received_at=START + timedelta(days=day),
        keys=keys(said),
        weak=frozenset(keys(weak)),
        listed=frozenset(keys(listed)),
        source_id=source,
        supplier=supplier,
        refreshes=refreshes,
        terms=Terms(timedelta(days=lookback) if lookback else None, scope),
        lead_id=lead_id,
        founder_of=founder_of,
    )


def names(lead: Lead) -> list[int]:
    return [member.sighting.place.row_number for member in lead.members]


def founder(lead: Lead) -> Place:
    return lead.members[0].sighting.place


def owners(people: People) -> dict[str, int]:
    """Each key, and the name of the sighting that founded the lead whose it is."""
    return {key.value: founder(lead).row_number for key, lead in people.owners.items()}


PEOPLE: dict[str, tuple[list[Sighting], list[list[int]]]] = {
    "nobody": ([], []),
    "without a common key everybody is somebody":
        ([seen(1, "m1 p1"), seen(2, "m2 p2")], [[1], [2]]),
    "a common key of any kind makes one": (
        [seen(1, "x1"), seen(2, "x1"), seen(3, "m1"), seen(4, "m1"), seen(5, "p1"), seen(6, "p1")],
        [[1, 2], [3, 4], [5, 6]],
    ),
    "a mail and a phone have nothing in common": ([seen(1, "m1"), seen(2, "p1")], [[1], [2]]),
    "an external id decides before a mail": (
        [seen(1, "m1"), seen(2, "x1"), seen(3, "x1 m1")], [[1], [2, 3]],
    ),
    "a mail decides before a phone": (
        [seen(1, "p1"), seen(2, "m1"), seen(3, "m1 p1")], [[1], [2, 3]],
    ),
    "keys that were learned later count": (
        [seen(1, "m1"), seen(2, "m1 p1"), seen(3, "p1")], [[1, 2, 3]],
    ),
    "keys learned from a contact that had keys of two are the first one's": (
        [seen(1, "m1"), seen(2, "m2"), seen(3, "m1 m2 p1"), seen(4, "p1"), seen(5, "m2")],
        [[1, 3, 4], [2, 5]],
    ),
    "the older one founds the lead, wherever it stands": (
        [seen(1, "m1", day=3), seen(2, "m1", day=1), seen(3, "m1", day=2)], [[2, 3, 1]],
    ),
    "at the same time the earlier import counts, then the earlier row": (
        [seen(1, "m1", import_id=2), seen(9, "m1", import_id=1), seen(8, "m1", import_id=1)],
        [[8, 9, 1]],
    ),
    "an older one may join two that had nothing in common": (
        [seen(1, "m1", day=2), seen(2, "p1", day=3), seen(3, "m1 p1", day=1)], [[3, 1, 2]],
    ),
    "a channel that a lead lacks becomes its key": (
        [seen(1, "m1"), seen(2, "m1 p1"), seen(3, "p1")], [[1, 2, 3]],
    ),
    "one more channel that stands in none of its own does not": (
        [seen(1, "m1 p1"), seen(2, "m1 p2"), seen(3, "p2")], [[1, 2], [3]],
    ),
    "unless a list took those that it has": (
        [seen(1, "m1 p1", listed="p1"), seen(2, "m1 p2"), seen(3, "p2")], [[1, 2, 3]],
    ),
    "a sighting that updates gives all that it has": (
        [seen(1, "m1 p1"), seen(2, "m1 p2", refreshes=True), seen(3, "p2")], [[1, 2, 3]],
    ),
    "an id is always learned": (
        [seen(1, "x1 m1"), seen(2, "x2 m1"), seen(3, "x2 m3")], [[1, 2, 3]],
    ),
    "a weak key makes nobody one": (
        [seen(1, "m1 p1", weak="p1"), seen(2, "m2 p1", weak="p1")], [[1], [2]],
    ),
    "who has nothing else joins the oldest lead that has it": (
        [seen(1, "m1 p1", weak="p1"), seen(2, "m2 p1", weak="p1"), seen(3, "x3 p1", weak="p1"),
         seen(4, "p1", weak="p1")],
        [[1, 3, 4], [2]],
    ),
    "an id decides before a weak key": (
        [seen(1, "m1 p1", weak="p1"), seen(2, "x2 m2"), seen(3, "x2 p1", weak="p1")], [[1], [2, 3]],
    ),
    "a contact without keys is somebody": ([seen(1, ""), seen(2, "")], [[1], [2]]),
}  # fmt: skip


@pytest.mark.parametrize(("sightings", "expected"), PEOPLE.values(), ids=PEOPLE)
def test_who_is_who(sightings: list[Sighting], expected: list[list[int]]) -> None:
    assert [names(lead) for lead in find_people(sightings).leads] == expected


def test_every_later_sighting_tells_by_which_kind_of_key_it_is_known() -> None:
    (lead,) = find_people(
        [seen(1, "x1 m1"), seen(2, "m1 p1"), seen(3, "m9 p1"), seen(4, "x1 m1 p1")]
    ).leads
    assert [m.matched_by for m in lead.members] == [None, "email", "phone", "external_id"]


def test_a_key_stays_with_whom_it_was_first() -> None:
    people = find_people([seen(1, "m1 p1"), seen(2, "m2 p1"), seen(3, "m2 p2")])
    assert owners(people) == {"m1": 1, "p1": 1, "m2": 3, "p2": 3}


def loose(people: People) -> list[tuple[int, str, int, int | None]]:
    """Row and key of each loose key, the lead that it counts for, and whose it is."""
    return sorted(
        (one.place.row_number, one.key.value, names(one.lead)[0],
         names(one.other)[0] if one.other else None)
        for one in people.loose
    )  # fmt: skip


def test_keys_of_somebody_else_are_loose() -> None:
    people = find_people([seen(1, "m1"), seen(2, "p1"), seen(3, "m1 p1"), seen(4, "p1 m1")])
    assert loose(people) == [(3, "p1", 1, 2), (4, "m1", 2, 1)]


def test_keys_that_the_lead_does_not_learn_are_nobodys() -> None:
    assert loose(find_people([seen(1, "m1 p1"), seen(2, "m1 p2")])) == [(2, "p2", 1, None)]


def test_they_become_the_key_of_whoever_is_new_with_them() -> None:
    people = find_people([seen(1, "m1 p1"), seen(2, "m1 p2"), seen(3, "p2")])
    assert loose(people) == [(2, "p2", 1, 3)]
    assert owners(people) == {"m1": 1, "p1": 1, "p2": 3}


def test_a_weak_mail_is_loose_with_its_own_lead_too() -> None:
    people = find_people([seen(1, "m1 p1", weak="m1"), seen(2, "m1 p2", weak="m1")])
    assert loose(people) == [(1, "m1", 1, None), (2, "m1", 2, 1)]


# Contacts of file 1 (the last one of file 2), what each counts as, and the row that it repeats.
IN_FILE_WORDS: dict[str, tuple[list[Sighting], list[tuple[Outcome, int | None]]]] = {
    "the first row counts and the others point to it": (
        [seen(1, "m1", import_id=1), seen(2, "m1 p1", import_id=1), seen(3, "p1", import_id=1)],
        [(NEW, None), (IN_FILE, 1), (IN_FILE, 1)],
    ),
    "another file is no repeat": (
        [seen(1, "m1", import_id=1), seen(2, "m1", import_id=2)], [(NEW, None), (SAME, None)],
    ),
    "the same person by different keys of before is no repeat": (
        [seen(1, "m1 p1", import_id=1), seen(2, "m1", import_id=2), seen(3, "p1", import_id=2)],
        [(NEW, None), (SAME, None), (SAME, None)],
    ),
    "it may update all the same": (
        [seen(1, "m1", import_id=1, refreshes=True), seen(2, "m1", import_id=1, refreshes=True)],
        [(NEW, None), (IN_FILE, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sightings", "expected"), IN_FILE_WORDS.values(), ids=IN_FILE_WORDS)
def test_the_words_of_repeats(
    sightings: list[Sighting], expected: list[tuple[Outcome, int | None]]
) -> None:
    (lead,) = find_people(sightings).leads
    assert [(m.outcome, m.first and m.first.row_number) for m in lead.members] == expected
    updates = [m.sighting.refreshes and m.outcome is not NEW for m in lead.members]
    assert [m.updates for m in lead.members] == updates


# Sightings of one person in their order, and what each counts as.
OUTCOMES: dict[str, tuple[list[Sighting], list[Outcome]]] = {
    "A: the first": ([seen(1, "m1")], [NEW]),
    "B: the same source": ([seen(1, "m1"), seen(2, "m1", day=2)], [NEW, SAME]),
    "C: another source, once": (
        [seen(1, "m1"), seen(2, "m1", source=2), seen(3, "m1", source=2), seen(4, "m1", source=3)],
        [NEW, CROSS, SAME, CROSS],
    ),
    "B: the first source again after another": (
        [seen(1, "m1"), seen(2, "m1", source=2), seen(3, "m1")], [NEW, CROSS, SAME],
    ),
    "a file that refreshes updates": (
        [seen(1, "m1"), seen(2, "m1", refreshes=True), seen(3, "m1", source=2, refreshes=True)],
        [NEW, UPDATED, UPDATED],
    ),
    "a file that refreshes founds what nobody knows": ([seen(1, "m1", refreshes=True)], [NEW]),
    "a source that updated is known": (
        [seen(1, "m1"), seen(2, "m1", source=2, refreshes=True), seen(3, "m1", source=2)],
        [NEW, UPDATED, SAME],
    ),
    "within the look-back": (
        [seen(1, "m1", day=1), seen(2, "m1", day=4, lookback=3)], [NEW, SAME],
    ),
    "seen before the look-back": (
        [seen(1, "m1", day=1), seen(2, "m1", day=5, lookback=3)], [NEW, UPDATED],
    ),
    "the look-back counts from the last sighting": (
        [seen(1, "m1", day=1), seen(2, "m1", day=4), seen(3, "m1", day=6, lookback=3)],
        [NEW, SAME, SAME],
    ),
    "this supplier alone: others do not count": (
        [seen(1, "m1", supplier="Harbor"), seen(2, "m1", scope=Scope.SUPPLIER),
         seen(3, "m1", scope=Scope.SUPPLIER)], [NEW, UPDATED, SAME],
    ),
    "this source alone: others do not count": (
        [seen(1, "m1", source=2), seen(2, "m1", scope=Scope.SOURCE),
         seen(3, "m1", scope=Scope.SOURCE)], [NEW, UPDATED, SAME],
    ),
    "the look-back is that of the sightings in the scope": (
        [seen(1, "m1", day=1), seen(2, "m1", day=9, supplier="Harbor"),
         seen(3, "m1", day=10, scope=Scope.SUPPLIER, lookback=3)], [NEW, SAME, UPDATED],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sightings", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_a_sighting_counts_as(sightings: list[Sighting], expected: list[Outcome]) -> None:
    (lead,) = find_people(sightings).leads
    assert [member.outcome for member in lead.members] == expected
    assert [member.updates for member in lead.members] == [o is UPDATED for o in expected]


def test_two_leads_that_people_have_worked_on_stay_two() -> None:
    older = seen(3, "m1 p1", day=1)
    worked = [seen(1, "m1", day=2, founder_of=71), seen(2, "p1", day=3, founder_of=72)]
    people = find_people([older, *worked])
    assert [(names(lead), lead.worked_on) for lead in people.leads] == [([3, 1], 71), ([2], 72)]
    assert [(one.place.row_number, one.key.value) for one in people.loose] == [(2, "p1")]


def test_one_that_people_have_worked_on_may_be_joined_by_others() -> None:
    people = find_people([seen(1, "m1", day=1), seen(2, "m1", day=2, founder_of=71)])
    assert [(names(lead), lead.worked_on) for lead in people.leads] == [([1, 2], 71)]


@pytest.mark.parametrize(
    ("before", "taken", "number"),
    [
        ([None, None], set(), None),
        ([None, 5, 6], set(), 5),
        ([None, 5, 6], {5}, 6),
        ([5], {5}, None),
    ],
)
def test_a_lead_keeps_a_number_that_one_of_its_sightings_had(
    before: Sequence[int | None], taken: set[int], number: int | None
) -> None:
    (lead,) = find_people(seen(n, "m1", lead_id=one) for n, one in enumerate(before)).leads
    assert lead.choose_id(taken) == number


# Properties: few keys, so that most sightings concern one another.

KEYS = st.lists(
    st.sampled_from(["x1", "x2", "m1", "m2", "m3", "p1", "p2", "p3"]), max_size=4, unique=True
).map(lambda drawn: " ".join(sorted(drawn, key=lambda one: "xmp".index(one[0]))))


@st.composite
def sightings(draw: st.DrawFn, *, plain: bool = False) -> list[Sighting]:
    """Some sightings, each in a place of its own; `plain` ones have keys and times alone."""
    places = draw(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), max_size=9, unique=True)
    )
    drawn = []
    for import_id, row in places:
        one = seen(row, draw(KEYS), import_id=import_id, day=draw(st.integers(1, 4)))
        if not plain:
            one = replace(
                one,
                weak=frozenset(key for key in one.keys if key.value in ("m3", "p3")),
                listed=frozenset(key for key in one.keys if draw(st.booleans())),
                source_id=draw(st.integers(1, 2)),
                refreshes=draw(st.booleans()),
                founder_of=draw(st.sampled_from([None, None, 100 * import_id + row])),
            )
        drawn.append(one)
    return drawn


def summary(people: People) -> object:
    """All that was found, comparable: a lead by the place of its founder."""
    return (
        {founder(lead): [(m.sighting.place, m.outcome, m.matched_by) for m in lead.members]
         for lead in people.leads},
        {key: founder(lead) for key, lead in people.owners.items()},
        sorted(
            (one.place, one.key, founder(one.lead), one.other is not None and founder(one.other))
            for one in people.loose
        ),
    )  # fmt: skip


@given(sightings(), st.randoms(use_true_random=False))
def test_the_order_in_which_sightings_are_told_is_of_no_matter(
    told: list[Sighting], random: Random
) -> None:
    mixed = random.sample(told, len(told))
    assert summary(find_people(mixed)) == summary(find_people(told))


@given(sightings(plain=True))
def test_people_are_those_whom_reading_the_sightings_one_by_one_finds(told: list[Sighting]) -> None:
    leads: list[list[int]] = []
    whose: dict[Key, list[int]] = {}
    kinds: dict[int, set[str]] = {}
    for one in sorted(told, key=lambda s: (s.received_at, s.place)):
        lead = next((whose[k] for k in one.keys if k in whose), None)
        if lead is None:
            lead = []
            leads.append(lead)
        lead.append(one.place.row_number)
        has = kinds.setdefault(id(lead), set())
        for k in one.keys:
            if len(lead) == 1 or k.kind == "external_id" or k.kind not in has:
                whose.setdefault(k, lead)
        has |= {k.kind for k in one.keys if whose.get(k) is lead}
    people = find_people(told)
    assert [names(lead) for lead in people.leads] == leads
    assert owners(people) == {k.value: lead[0] for k, lead in whose.items()}


@given(sightings())
def test_every_sighting_is_in_one_lead_and_the_leads_begin_with_their_oldest(
    told: list[Sighting],
) -> None:
    people = find_people(told)
    placed = [m.sighting.place for lead in people.leads for m in lead.members]
    assert sorted(placed) == sorted(s.place for s in told)
    for lead in people.leads:
        order = [m.sighting.order for m in lead.members]
        assert order == sorted(order)
        assert [m.outcome is NEW for m in lead.members] == [n == 0 for n in range(len(order))]


@given(sightings())
def test_every_key_is_of_a_lead_that_was_seen_with_it_or_loose(told: list[Sighting]) -> None:
    people = find_people(told)
    for one, lead in people.owners.items():
        assert any(one in m.sighting.keys for m in lead.members)
    said = {(m.sighting.place, k) for lead in people.leads for m in lead.members
            for k in m.sighting.keys if people.owners.get(k) is not lead}  # fmt: skip
    noted = [(one.place, one.key) for one in people.loose
             if people.owners.get(one.key) is not one.lead]  # fmt: skip
    assert set(noted) == said
    assert len(noted) == len(said)
    assert all(one.other in (people.owners.get(one.key), None) for one in people.loose)


@given(sightings())
def test_a_deciding_key_that_was_known_decides(told: list[Sighting]) -> None:
    """...unless it would join two leads that people have worked on."""
    for lead in find_people(told).leads:
        for at, member in enumerate(lead.members[1:], start=1):
            deciding = {k for k in member.sighting.deciding if k.kind == member.matched_by}
            assert deciding & {k for m in lead.members[:at] for k in m.sighting.keys}


@given(sightings())
def test_no_lead_is_two_that_people_have_worked_on(told: list[Sighting]) -> None:
    for lead in find_people(told).leads:
        worked = [m.sighting.founder_of for m in lead.members if m.sighting.founder_of]
        assert len(worked) <= 1
        assert lead.worked_on == (worked[0] if worked else None)

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
NEW, SAME, CROSS, UPDATED = (
    Outcome.NEW, Outcome.SAME_SOURCE, Outcome.CROSS_SOURCE, Outcome.UPDATED,
)  # fmt: skip


def key(text: str) -> Key:
    """`m1` is a mail, `p1` a phone, `x1` an external id."""
    return Key({"m": "email", "p": "phone", "x": "external_id"}[text[0]], text)


def keys(text: str) -> tuple[Key, ...]:
    return tuple(map(key, text.split()))


def seen(
    name: int, said: str, *, day: int = 1, import_id: int = 1, further: str = "", source: int = 1,
    supplier: str = "Acme", refreshes: bool = False, lookback: int | None = None,
    scope: Scope = Scope.EVERYWHERE, founder_of: int | None = None, lead_id: int | None = None,
) -> Sighting:  # fmt: skip
    """A sighting whose row number is its name."""
    return Sighting(
        place=Place(import_id, name, 1),
        received_at=START + timedelta(days=day),
        keys=keys(said),
        further=keys(further),
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
        [seen(1, "m1", import_id=2), seen(9, "m1"), seen(8, "m1")], [[8, 9, 1]],
    ),
    "an older one may join two that had nothing in common": (
        [seen(1, "m1", day=2), seen(2, "p1", day=3), seen(3, "m1 p1", day=1)], [[3, 1, 2]],
    ),
    "further keys decide nothing": (
        [seen(1, "m1"), seen(2, "m2", further="m1")], [[1], [2]],
    ),
    "further keys recognise those that come later": (
        [seen(1, "m1", further="p1"), seen(2, "p1", import_id=2)], [[1, 2]],
    ),
    "further keys leave alone by what the file tells somebody else apart": (
        [seen(1, "m1", further="p1"), seen(2, "p1"), seen(3, "p1", import_id=2)], [[1], [2, 3]],
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
    assert owners(people) == {"m1": 1, "p1": 1, "m2": 1, "p2": 1}


def test_keys_of_somebody_else_are_an_open_question() -> None:
    people = find_people([seen(1, "m1"), seen(2, "p1"), seen(3, "m1 p1"), seen(4, "p1 m1")])
    told = [(c.place.row_number, c.key.value, names(c.lead)[0], names(c.other)[0])
            for c in people.conflicts]  # fmt: skip
    assert told == [(3, "p1", 1, 2), (4, "m1", 2, 1)]


def test_the_question_is_open_for_further_keys_too() -> None:
    people = find_people([seen(1, "m1", further="p1"), seen(2, "p1")])
    assert [(c.place.row_number, c.key.value) for c in people.conflicts] == [(1, "p1")]


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
    assert [(c.place.row_number, c.key.value) for c in people.conflicts] == [(2, "p1")]


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
            said = {k.value for k in one.keys}
            further = [k for k in draw(KEYS).split() if k not in said]
            one = replace(
                one,
                further=keys(" ".join(further)),
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
        sorted((c.place, c.key, founder(c.lead), founder(c.other)) for c in people.conflicts),
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
    for one in sorted(told, key=lambda s: (s.received_at, s.place)):
        lead = next((whose[k] for k in one.keys if k in whose), None)
        if lead is None:
            lead = []
            leads.append(lead)
        lead.append(one.place.row_number)
        for k in one.keys:
            whose.setdefault(k, lead)
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
def test_every_key_has_one_owner_that_was_seen_with_it(told: list[Sighting]) -> None:
    people = find_people(told)
    assert people.owners.keys() == {k for s in told for k in s.keys + s.further}
    for one, lead in people.owners.items():
        assert any(one in m.sighting.keys + m.sighting.further for m in lead.members)


@given(sightings())
def test_the_first_known_key_decides(told: list[Sighting]) -> None:
    """...unless it would join two leads that people have worked on."""
    for lead in find_people(told).leads:
        for at, member in enumerate(lead.members[1:], start=1):
            kinds = [k.kind for k in member.sighting.keys]
            assert member.matched_by in kinds
            before = {k for m in lead.members[:at] for k in m.sighting.keys + m.sighting.further}
            assert before & {k for k in member.sighting.keys if k.kind == member.matched_by}


@given(sightings())
def test_whoever_has_a_key_of_somebody_else_is_noted_once_a_key(told: list[Sighting]) -> None:
    people = find_people(told)
    expected = {
        (m.sighting.place, k)
        for lead in people.leads
        for m in lead.members
        for k in m.sighting.keys + m.sighting.further
        if people.owners[k] is not lead
    }
    noted = [(c.place, c.key) for c in people.conflicts]
    assert set(noted) == expected
    assert len(noted) == len(expected)
    assert all(c.other is people.owners[c.key] for c in people.conflicts)


@given(sightings())
def test_no_lead_is_two_that_people_have_worked_on(told: list[Sighting]) -> None:
    for lead in find_people(told).leads:
        worked = [m.sighting.founder_of for m in lead.members if m.sighting.founder_of]
        assert len(worked) <= 1
        assert lead.worked_on == (worked[0] if worked else None)

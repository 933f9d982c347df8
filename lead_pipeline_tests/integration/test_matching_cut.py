"""How a list is cut does not matter: the state is that of its rows one by one, in their order.

Held against the pure rule of sightings.py, with few keys, so that most rows concern one another.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.imports.site import Site
from lead_pipeline.matching.sightings import Key, People, Place, Sighting, find_people
from lead_pipeline_tests.integration.lead_state import broken_laws, start_afresh
from lead_pipeline_tests.integration.people import (
    Person,
    a_list,
    day,
    duplicates,
    from_meta,
    leads,
    outcomes,
    register,
    told,
)
from lead_pipeline_tests.integration.steps import run_steps

ARRIVED = datetime(2026, 1, 20, tzinfo=UTC)
# Two surnames: a number that one file alone shows to be shared is the written exception.
ROWS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "Ann Lee", "Bo Ek"]),
        "mail": st.sampled_from(["", "m0@example.com", "m1@example.com", "m2@example.com",
                                 "info@example.com"]),
        "mail_2": st.sampled_from(["", "", "m0@example.com"]),
        "phone": st.sampled_from(["", *(f"202-555-011{n}" for n in range(4))]),
        "phone_2": st.sampled_from(["", "", "202-555-0110"]),
        "id": st.sampled_from(["", "", "x-0", "x-1"]),
        "at": st.sampled_from(["", day(1), day(2), day(3)]),
    }
)  # fmt: skip
State = tuple[set[frozenset[int]], dict[tuple[str, str], int], set[tuple[int, str]]]


def rule(rows: Sequence[Person]) -> People:
    """What the rule makes of the rows, in their order; somebody without a channel is nobody."""
    sightings = []
    for number, row in enumerate(rows):
        mails = [m for m in dict.fromkeys([row["mail"], row["mail_2"]]) if m]
        phones = [p for p in dict.fromkeys([row["phone"], row["phone_2"]]) if p]
        if not mails + phones:
            continue
        weak = Key("email", f"info@example.com {row['name'].lower()}")
        keys = [Key("external_id", row["id"])] if row["id"] else []
        keys += [weak if m.startswith("info@") else Key("email", m) for m in mails]
        keys += [Key("phone", "+1" + p.replace("-", "")) for p in phones]
        at = datetime.fromisoformat(row["at"]) if row["at"] else ARRIVED
        sightings.append(Sighting(Place(0, number, 1), at, tuple(keys), frozenset({weak})))
    return find_people(sightings)


def expected(rows: Sequence[Person]) -> State:
    people = rule(rows)
    number = {id(lead): lead.members[0].sighting.place.row_number for lead in people.leads}
    return (
        {frozenset(m.sighting.place.row_number for m in lead.members) for lead in people.leads},
        {tuple(key): number[id(lead)] for key, lead in people.owners.items()},
        {(one.place.row_number, one.key.kind) for one in people.loose},
    )


def came_to(site: Site, parts: Sequence[Sequence[Person]], order: Sequence[int]) -> State:
    """The leads, keys and loose keys after files that hold the rows in their order."""
    start_afresh(site)
    imports, rows = [], {}
    for at, part in enumerate(parts):
        content = a_list(*part, {"city": f"file {at}"})  # a line of nobody: no two files are alike
        imports.append(register(site, f"Acme/{at}.csv", content, arrived=ARRIVED))
        for row in range(2, 2 + len(part)):
            rows[imports[-1].import_id, row] = len(rows)
    for at in order:
        run_steps(site, imports[at])
        assert broken_laws(site) == {}
    seen = (
        "SELECT lead_id, import_id, row_number FROM leads_master UNION ALL"
        " SELECT coalesce(d.lead_id, l.lead_id, f.lead_id), d.import_id, d.row_number"
        " FROM duplicate_leads AS d"
        " LEFT JOIN leads_master AS l ON (l.import_id, l.row_number)"
        " = (d.import_id, d.first_row_number)"
        " LEFT JOIN duplicate_leads AS f ON (f.import_id, f.row_number)"
        " = (d.import_id, d.first_row_number)"
    )
    groups: dict[int, set[int]] = {}
    for lead_id, import_id, row in told(site, seen):
        groups.setdefault(lead_id, set()).add(rows[import_id, row])
    keys = told(
        site,
        "SELECT k.kind::text, regexp_replace(k.value, '^[0-9]+:', ''), l.import_id, l.row_number"
        " FROM lead_identities AS k JOIN leads_master AS l USING (lead_id)",
    )
    loose = told(site, "SELECT import_id, row_number, kind::text FROM loose_keys")
    return (
        {frozenset(group) for group in groups.values()},
        {(kind, value): rows[import_id, row] for kind, value, import_id, row in keys},
        {(rows[import_id, row], kind) for import_id, row, kind in loose},
    )


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_any_cut_into_files_in_any_order_comes_to_what_the_rule_says(
    site: Site, rows: list[Person], random: random.Random
) -> None:
    cuts = sorted(random.sample(range(1, len(rows)), random.randrange(len(rows))))
    parts = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    order = random.sample(range(len(parts)), len(parts))
    assert came_to(site, parts, order) == expected(rows)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=2, max_size=8))
def test_one_file_comes_to_what_the_rule_says_in_its_words(site: Site, rows: list[Person]) -> None:
    assert came_to(site, [rows], [0]) == expected(rows)
    repeats = {
        (m.sighting.place.row_number + 2, str(m.outcome), m.matched_by, m.first.row_number + 2)
        for lead in rule(rows).leads
        for m in lead.members
        if m.first
    }
    noted = told(
        site,
        "SELECT row_number, outcome, matched_by::text, first_row_number FROM duplicate_leads"
        " WHERE outcome = 'in_file_duplicate'",
    )
    assert set(noted) == repeats


@pytest.mark.parametrize("cut", [False, True], ids=["in one file", "in two files"])
def test_keys_of_a_file_are_not_given_to_somebody_else(site: Site, cut: bool) -> None:
    from_meta(site, "known.tsv", {"id": "l:900", "name": "Xi Roe", "phone": "202-555-0100"})
    from_meta(site, "mail.tsv", {"id": "l:901", "name": "Yu Roe", "mail": "a1@example.com"})
    first = {"id": "l:900", "mail": "a1@example.com"}
    second = {"id": "l:909", "mail": "a1@example.com", "phone": "202-555-0139"}
    if cut:
        from_meta(site, "one.tsv", first)
        from_meta(site, "two.tsv", second)
    else:
        import_ = from_meta(site, "both.tsv", first, second)
        assert outcomes(import_) == {"same_source_duplicate": 2}
    assert leads(site, "full_name", "phones") == [
        ("Xi Roe", ["+12025550100"]),
        ("Yu Roe", ["+12025550139"]),
    ]
    owned = told(
        site,
        "SELECT split_part(value, ':', 2), full_name FROM lead_identities"
        " JOIN leads_master USING (lead_id) WHERE kind = 'external_id' ORDER BY 1",
    )
    assert owned == [("900", "Xi Roe"), ("901", "Yu Roe"), ("909", "Yu Roe")]
    assert [one[-1] for one in duplicates(site)] == ["Xi Roe", "Yu Roe"]
    assert broken_laws(site) == {}

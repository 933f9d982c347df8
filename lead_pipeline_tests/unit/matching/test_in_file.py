"""Who stands in one file more than once: the first row counts, the others point to it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.matching.in_file import Repeats, find_repeats
from lead_pipeline.matching.sightings import Key, Place, Sighting, find_people

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KINDS = ("external_id", "email", "phone")
Contact = Sequence[tuple[str, int]]  # its shared keys, in the order in which they decide


def repeats(*contacts: Contact, batch: int = 3) -> Repeats:
    """The contacts, one a row from row 2 on, in batches of a few keys."""
    rows = [(row, 1, kind, key) for row, keys in enumerate(contacts, start=2) for kind, key in keys]
    names = ["row_number", "contact_number", "kind", "key"]
    parts = [rows[at : at + batch] for at in range(0, len(rows), batch)]
    return find_repeats(
        pa.table([pa.array(column) for column in zip(*part, strict=True)], names=names)
        for part in parts
    )


def told(found: Repeats) -> list[tuple[int, int, str]]:
    """(row, first row, by which kind of key) of each contact that is an earlier one."""
    table = found.duplicates
    columns = ("row_number", "first_row_number", "matched_by")
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def doubts(found: Repeats) -> set[tuple[int, int]]:
    table = found.doubts
    columns = ("row_number", "other_row_number")
    return set(zip(*(table[name].to_pylist() for name in columns), strict=True))


def test_the_first_row_counts_and_the_others_point_to_it() -> None:
    found = repeats([("email", 0)], [("email", 0), ("phone", 1)], [("phone", 1)])
    assert told(found) == [(3, 2, "email"), (4, 2, "phone")]


def test_a_row_with_keys_of_two_people_counts_for_the_first_key_and_is_a_doubt() -> None:
    found = repeats([("email", 0)], [("phone", 1)], [("email", 0), ("phone", 1)])
    assert told(found) == [(4, 2, "email")]
    assert doubts(found) == {(2, 3)}


def test_a_file_without_shared_keys_has_no_repeats() -> None:
    found = repeats()
    assert (told(found), doubts(found)) == ([], set())


@given(
    st.lists(st.lists(st.integers(0, 8), min_size=1, max_size=4, unique=True), max_size=12),
    st.integers(1, 5),
)
def test_it_is_the_rule_of_all_matching_with_the_row_as_the_order(
    files: list[list[int]], batch: int
) -> None:
    contacts = [sorted((KINDS[key % 3], key) for key in keys) for keys in files]
    contacts = [sorted(keys, key=lambda k: (KINDS.index(k[0]), k[1])) for keys in contacts]
    people = find_people(
        Sighting(Place(1, row, 1), NOON, tuple(Key(kind, str(key)) for kind, key in keys))
        for row, keys in enumerate(contacts, start=2)
    )
    found = repeats(*contacts, batch=batch)
    first = {id(lead): lead.members[0].sighting.place.row_number for lead in people.leads}
    assert told(found) == sorted(
        (m.sighting.place.row_number, first[id(lead)], m.matched_by)
        for lead in people.leads
        for m in lead.members[1:]
    )
    assert doubts(found) == {(first[id(c.lead)], first[id(c.other)]) for c in people.conflicts}

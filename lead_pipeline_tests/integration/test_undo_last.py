"""Taking back the import that came last leaves the leads as they were before it came.

Most of it is done for all leads at once; what that cannot do is replayed, and nobody can tell.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state
from lead_pipeline_tests.integration.people import Person, day, imported
from lead_pipeline_tests.integration.test_matching_order import PEOPLE, SUPPLIERS, begin

MAIL, PHONE = {"mail": "ann@example.com"}, {"phone": "202-555-0101"}
ANN: Person = {"name": "Ann Lee", **MAIL, **PHONE, "at": day(3)}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "at": day(3)}
LATER = {"at": day(6)}

# What is known, what the last import says, and whose it is.
CASES: dict[str, tuple[list[Person], list[Person], str]] = {
    "another source": ([ANN, BO], [ANN | LATER, BO | LATER], "Harbor"),
    "the same source": ([ANN], [ANN | LATER], "Acme"),
    "another name and city": ([ANN], [ANN | LATER | {"name": "A. Lee", "city": "Reno"}], "Harbor"),
    "a further phone and mail": (
        [ANN], [ANN | LATER | {"phone_2": "202-555-0103", "mail_2": "a@example.com"}], "Harbor",
    ),
    "an external id": ([ANN | {"id": "x-1"}], [ANN | LATER | {"id": "x-2"}], "Harbor"),
    "another external id of the source": (
        [ANN | {"id": "x-1"}], [ANN | LATER | {"id": "x-2"}], "Acme",
    ),
    "it lent a phone": ([MAIL | {"name": "Ann", "at": day(3)}], [ANN | LATER], "Harbor"),
    "it lent a name": ([MAIL | PHONE | {"at": day(3)}], [ANN | LATER], "Harbor"),
    "it lent what another lent already": (
        [MAIL | {"at": day(3)}, ANN | {"at": day(4), "id": "x-1"}], [ANN | LATER], "Harbor",
    ),
    "twice in the file": ([ANN], [ANN | LATER, ANN | LATER], "Harbor"),
    "twice in the file, with further keys": (
        [ANN], [ANN | LATER, MAIL | LATER | {"phone": "202-555-0104"}], "Harbor",
    ),
    "it is the oldest": ([ANN], [ANN | {"at": day(1)}], "Harbor"),
    "it is older than another of its source": (
        [ANN, ANN | {"at": day(8)}], [ANN | LATER], "Summit",
    ),
    "it is older than another with the same further phone": (
        [ANN, ANN | {"phone_2": "202-555-0103", "at": day(8)}],
        [ANN | LATER | {"phone_2": "202-555-0103"}], "Harbor",
    ),
    "it has keys of two": ([ANN, BO], [MAIL | LATER | {"phone": BO["phone"]}], "Harbor"),
    "a phone that it says is listed": ([ANN], [ANN | LATER | {"dnc": "yes"}], "Harbor"),
    "nobody known": ([BO], [ANN | LATER], "Harbor"),
    "known people, new ones, and people twice": (
        [ANN, BO], [ANN | LATER, {"mail": "new@example.com"}, BO | LATER, BO | LATER], "Harbor",
    ),
}  # fmt: skip


def undone_as_if_never_there(
    site: Site, known: list[Person], last: list[Person], supplier: str, *, refresh: bool = False
) -> None:
    imported(site, "Acme/known.csv", *known, {"city": "known"})
    imported(site, "Summit/known.csv", *known[1:], {"mail": "else@example.com"})
    before = lead_state(site)
    import_ = imported(site, f"{supplier}/last.csv", *last, {"city": "last"}, refresh=refresh)
    undo_import(site, import_.import_id)
    assert lead_state(site) == before
    assert broken_laws(site) == {}


@pytest.mark.parametrize("refresh", [False, True], ids=["seen", "updated"])
@pytest.mark.parametrize(("known", "last", "supplier"), CASES.values(), ids=CASES)
def test_undoing_the_last_import_leaves_what_was_before(
    site: Site, known: list[Person], last: list[Person], supplier: str, refresh: bool
) -> None:
    undone_as_if_never_there(site, known, last, supplier, refresh=refresh)


FEW = st.lists(PEOPLE, min_size=2, max_size=6)


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FEW, FEW, st.sampled_from(SUPPLIERS))
def test_whoever_is_known_and_whatever_it_says(
    site: Site, known: list[Person], last: list[Person], supplier: str
) -> None:
    begin(site)
    undone_as_if_never_there(site, known, last, supplier)

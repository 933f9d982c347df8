"""What imports come to depends on what they say and when it was, not on how they came.

Examples with few keys, so that most contacts concern one another.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state, start_afresh
from lead_pipeline_tests.integration.people import Person, a_list, agree, day, register
from lead_pipeline_tests.integration.steps import run_steps

SUPPLIERS = ["Acme", "Harbor", "Summit"]
ARRIVED = datetime(2026, 1, 20, tzinfo=UTC)


def one_of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


PEOPLE = st.fixed_dictionaries(
    {
        "name": one_of("Ann Lee", "Bo Ek", "Cy Roe"),
        "mail": one_of("", "info@example.com", *(f"m{n}@example.com" for n in range(4))),
        "mail_2": one_of("", "", "m0@example.com"),
        "phone": one_of(*(f"202-555-011{n}" for n in range(4))),
        "phone_2": one_of("", "", "202-555-0110"),
        "at": one_of(*(day(n) for n in range(1, 7))),
        "id": one_of("", *(f"x-{n}" for n in range(3))),
        "city": one_of("Reno", "Austin"),
        "company": one_of("", "Acme Inc"),
        "campaign": one_of("", "Solar", "Roof"),
        "score": one_of("", "7.5", "80"),
        "file_status": one_of("", "Sold"),
        "built": one_of("1987"),
        "born": one_of("", "1970-03-31"),
        "opt_in": one_of("yes", "no"),
        # Often all that somebody has is listed.
        "dnc": one_of("yes"),
        "dnc_2": one_of("yes"),
    }
)


def begin(site: Site) -> None:
    """Nothing but what is agreed with two of the three suppliers."""
    start_afresh(site)
    reno = {"price": 3, "fields": {"city": "Reno", "company": "Acme Inc"}}
    agree(site, "Harbor", scope="supplier", price=2, rules=[reno])
    agree(site, "Summit", lookback_days=2, price=1)


@dataclass(frozen=True)
class File:
    """A file of one supplier that came at its time, which is its place among the files."""

    at: int
    supplier: str
    people: tuple[Person, ...]
    refresh: bool

    def register(self, site: Site) -> Import:
        # The last line makes every file one of its own, and is of no contact.
        content = a_list(*self.people, {"city": f"file {self.at}"})
        arrived = ARRIVED + timedelta(minutes=self.at)
        key = f"{self.supplier}/{self.at}.csv"
        return register(site, key, content, refresh=self.refresh, arrived=arrived)


@st.composite
def files(draw: st.DrawFn) -> list[File]:
    return [
        File(
            at,
            draw(st.sampled_from(SUPPLIERS)),
            tuple(draw(st.lists(PEOPLE, min_size=1, max_size=4))),
            draw(st.sampled_from([False, False, True])),
        )
        for at in range(draw(st.integers(2, 4)))
    ]


def came_to(
    site: Site, files: Sequence[File], order: Sequence[File], undone: Sequence[File] = ()
) -> dict[str, list[str]]:
    """The state after the imports of `files`, run in an order, some of them then undone."""
    begin(site)
    imports = {file.at: file.register(site) for file in files}
    for file in order:
        run_steps(site, imports[file.at])
        assert broken_laws(site) == {}
    for file in undone:
        undo_import(site, imports[file.at].import_id)
        assert broken_laws(site) == {}
    return lead_state(site)


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(), st.randoms(use_true_random=False))
def test_the_state_depends_neither_on_the_order_of_imports_nor_on_undone_ones(
    site: Site, files: list[File], random: random.Random
) -> None:
    stay = [file for file in files if random.random() < 0.7]
    mixed, gone = random.sample(files, len(files)), [f for f in files if f not in stay]
    expected = came_to(site, stay, stay)
    assert came_to(site, files, mixed, random.sample(gone, len(gone))) == expected

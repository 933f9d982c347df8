"""Five months with one supplier, as they stand in docs/money.md: the contract as a test."""

import re
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.proofs import broken_charges
from lead_pipeline.money import statements
from lead_pipeline_tests.integration.money.books import (
    approve,
    at,
    came,
    give_back,
    issue,
    lines,
    on,
    terms,
)
from lead_pipeline_tests.integration.people import Person

TERMS = """
price = 10
lookback_days = 90
return_days = 7

[[rules]]
price = 15
fields = { state = "NY" }
"""
ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101", "state": "NY", "id": "A-1"}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "state": "NJ", "id": "A-2"}
CY: Person = {"name": "Cy Roe", "phone": "202-555-0103", "state": "NY", "id": "A-3"}
DI: Person = {"name": "Di Fox", "phone": "202-555-0104", "state": "TX", "id": "A-4"}
DOCS = Path(__file__).parents[3] / "docs" / "money.md"


@pytest.fixture
def january(site: Site) -> Site:
    """Two lists of Acme, and two leads that are given back."""
    terms(site, "Acme", TERMS)
    terms(site, "Harbor", "price = 8")
    came(site, "Acme/one.csv", on(1, 5), ANN, BO, CY, ANN | {"id": "A-1b"})
    came(site, "Acme/two.csv", on(1, 20), BO | {"id": "A-2b"}, DI)
    approve(site, give_back(site, "Di Fox", "disconnected", on(1, 24))["return_id"], on(1, 25))
    late = give_back(site, "Cy Roe", "no interest", on(1, 30))
    assert late["state"] == "refused"
    return site


@pytest.fixture
def february(january: Site) -> Site:
    """The first list is taken back, and another supplier turns out to have been first."""
    issue(january, "Acme", on(1, 1), on(2, 1))
    with at(on(2, 3)):
        undo_import(january, 1)
    came(january, "Harbor/backfill.csv", on(2, 10), BO | {"at": on(12, 28, 2025).isoformat()})
    return january


def in_docs(month: str) -> list[tuple[str, ...]]:
    """The table of a month in docs/money.md: line, file, row, amount, why."""
    (_, text) = DOCS.read_text(encoding="utf-8").split(f"### {month}", 1)
    line = r"^\| (charged|credited|charged again|not charged) \|(.+)\|$"
    rows = re.findall(line, text.split("###")[0], re.M)
    return [(line, *(cell.strip().strip("`") for cell in rest.split("|"))) for line, rest in rows]


def test_january_has_prices_by_state_a_duplicate_and_a_return(january: Site) -> None:
    statement = issue(january, "Acme", on(1, 1), on(2, 1))
    assert lines(statement) == in_docs("January") == [
        ("charged", "Acme/one.csv", "2", "15.0000", "import 1"),
        ("charged", "Acme/one.csv", "3", "10.0000", "import 1"),
        ("charged", "Acme/one.csv", "4", "15.0000", "import 1"),
        ("not charged", "Acme/one.csv", "5", "0", "the same person as in row 2 of this file"),
        ("not charged", "Acme/two.csv", "2", "0",
         "known since 2026-01-05 from row 3 of Acme/one.csv"),
        ("charged", "Acme/two.csv", "3", "10.0000", "import 2"),
        ("credited", "Acme/two.csv", "3", "-10.0000", "return 1: disconnected"),
    ]  # fmt: skip
    assert (statement["number"], statement["total"]) == (1, 40)


def test_february_has_what_an_undo_and_a_backfill_changed(february: Site) -> None:
    statement = issue(february, "Acme", on(2, 1), on(3, 1))
    assert lines(statement) == in_docs("February") == [
        ("credited", "Acme/one.csv", "2", "-15.0000", "undo of import 1"),
        ("credited", "Acme/one.csv", "3", "-10.0000", "undo of import 1"),
        ("credited", "Acme/one.csv", "4", "-15.0000", "undo of import 1"),
        ("charged", "Acme/two.csv", "2", "10.0000", "undo of import 1"),
        ("credited", "Acme/two.csv", "2", "-10.0000", "import 3"),
    ]  # fmt: skip
    assert (statement["number"], statement["total"]) == (2, -40)
    harbor = issue(february, "Harbor", on(2, 1), on(3, 1))
    assert (harbor["number"], harbor["total"]) == (1, 8)


def test_may_pays_for_a_person_whom_nobody_has_seen_for_90_days(february: Site) -> None:
    issue(february, "Acme", on(2, 1), on(3, 1))
    came(february, "Acme/three.csv", on(5, 2), BO | {"id": "A-2c"}, DI | {"id": "A-4b"})
    statement = issue(february, "Acme", on(5, 1), on(6, 1))
    assert lines(statement) == in_docs("May") == [
        ("charged", "Acme/three.csv", "2", "10.0000", "import 4"),
        ("charged", "Acme/three.csv", "3", "10.0000", "import 4"),
    ]  # fmt: skip
    assert (statement["number"], statement["total"]) == (3, 20)


def test_every_row_of_a_file_is_told_with_why_it_costs_nothing(site: Site) -> None:
    terms(site, "Acme", TERMS)
    came(
        site, "Acme/one.csv", on(1, 5), ANN, BO | {"dnc": "yes"}, {"name": "Nobody", "phone": "12"}
    )
    came(site, "Acme/two.csv", on(1, 6), CY, CY | {"id": "A-3b"}, DI)
    with at(on(1, 7)):
        undo_import(site, 2)
    statement = issue(site, "Acme", on(1, 1), on(2, 1))
    assert [(line, row, why) for line, _, row, _, why in lines(statement)] == [
        ("charged", "2", "import 1"),
        ("not charged", "3", "the file marks this phone as do-not-call (DNC: yes)"),
        ("not charged", "4", "no valid phone and no email"),
        ("charged", "2", "import 2"),
        ("credited", "2", "undo of import 2"),
        ("not charged", "3", "its file was taken back"),
        ("charged", "4", "import 2"),
        ("credited", "4", "undo of import 2"),
    ]
    assert statement["total"] == 15


def test_the_supplier_finds_its_own_ids(january: Site) -> None:
    statement = issue(january, "Acme", on(1, 1), on(2, 1))
    found = [one["your_id"] for one in statements.lines_of(statement["content"])]
    assert found == ["A-1", "A-2", "A-3", "A-1b", "A-2b", "A-4", "A-4"]


def test_a_statement_never_changes_and_follows_from_its_events(february: Site) -> None:
    (january,) = (one for one in _all(february) if one["number"] == 1)
    with connect(february.settings.database_url) as session:
        kept = statements.get_statement(session, january["statement_id"])
        again = statements.owed_between(session, "Acme", kept["after_event"], kept["last_event"])
        assert not any(broken_charges(session).values())
    assert (kept["total"], again) == (40, 40)
    assert len(lines(kept)) == kept["lines"] == 7


def _all(site: Site) -> list[dict[str, object]]:
    with connect(site.settings.database_url) as session:
        return statements.all_statements(session, "Acme")

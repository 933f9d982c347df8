"""The end of an import as people hear of it: a line, once, and single leads where they are few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.notices import watch
from lead_pipeline.notices.absence import Absence
from lead_pipeline.settings import Settings
from lead_pipeline.settings.telling import Imports, Telling
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import a_list, change, imported, register
from lead_pipeline_tests.integration.receiving import Receiver, receiver
from lead_pipeline_tests.integration.steps import run_steps

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO = {"name": "Bo Ek", "mail": "bo@example.com"}
NOBODY = {"name": "Nobody At All"}


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def tell(settings: Settings, now: datetime) -> None:
    watch.tell(settings, now, Absence(settings))


def telling(site: Site, phone: Receiver, imports: Imports = "always", leads: int = 0) -> Site:
    said = Telling((phone.url,), imports=imports, leads=leads)
    return replace(site, settings=replace(site.settings, telling=said))


def test_an_import_that_is_done_is_one_line_without_anybody_s_data(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone)
    imported(site, "Acme/ann_lee@example.com.csv", ANN, ANN, BO, NOBODY)
    tell(at_work.settings, NOON)
    tell(at_work.settings, NOON)
    (line,) = phone.lines
    beginning = "Import 1 of Acme: 4 rows: 2 new, 1 duplicate, 1 invalid, 1 rejected, "
    assert line.startswith(beginning)
    assert line.endswith(" s")
    assert "ann" not in line


def ended_otherwise(site: Site) -> None:
    """An import that is rejected, one that is held, one that failed."""
    run_steps(site, drop(site, "Acme/no_list.csv", b"\x00\x01\x02"))
    register(site, "Best/held.csv", a_list(ANN))
    change(site, "UPDATE lead_sources SET status = 'normalized', rows_read = 1 WHERE import_id = 2")
    change(site, "UPDATE lead_sources SET status = 'held' WHERE import_id = 2")
    register(site, "Cobalt/failed.csv", a_list(BO))
    change(
        site,
        "UPDATE lead_sources SET status = 'failed', error_code = 'failed' WHERE import_id = 3",
    )


def test_nothing_is_told_where_nothing_is_wanted(site: Site, phone: Receiver) -> None:
    ended_otherwise(site)
    tell(telling(site, phone, "never").settings, NOON)
    assert phone.lines == []


def test_lists_that_were_not_imported_say_what_to_do(site: Site, phone: Receiver) -> None:
    ended_otherwise(site)
    imported(site, "Dune/list.csv", {"mail": "cy@example.com"})
    tell(telling(site, phone, "when-needed").settings, NOON)
    (message,) = phone.taken
    assert message["type"] == "warning"
    rejected, held, failed = message["message"].splitlines()
    assert rejected.startswith("Import 1 of Acme was rejected (")
    assert rejected.endswith("): `lead-pipeline status 1` says what to do")
    assert held == "Import 2 of Best waits for a person with 1 row: look at it"
    assert failed == "Import 3 of Cobalt failed (failed): `lead-pipeline status 3` says what to do"


def test_what_nobody_wanted_to_hear_is_not_told_later(site: Site, phone: Receiver) -> None:
    imported(site, "Acme/list.csv", ANN)
    tell(site.settings, NOON)
    assert rows(site, "SELECT * FROM import_ends") == []
    tell(telling(site, phone).settings, NOON)
    assert phone.lines == []


def test_a_few_new_leads_are_told_one_by_one_and_outside_without_their_names(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone, "never", leads=2)
    linked = replace(at_work.settings, page_url="https://leads.example.com")
    imported(site, "Acme/one.csv", ANN)
    tell(linked, NOON)
    imported(site, "Acme/many.csv", *({"mail": f"p{n}@example.com"} for n in range(3)))
    tell(linked, NOON)
    imported(site, "Acme/known.csv", ANN | {"city": "Troy"})
    tell(linked, NOON)
    assert [
        (one["lead_id"], one["import_id"]) for one in rows(site, "SELECT * FROM lead_notices")
    ] == [(1, 1)]
    (message,) = phone.taken
    assert message["message"].splitlines()[0] == (
        "New Lead Received: Acme, https://leads.example.com/lead-notices"
    )

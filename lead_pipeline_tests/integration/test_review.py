"""Imports that wait for a person: what holds them, and that confirming loses and adds nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import dagster as dg
import pytest

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports import review
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import NO_OUTCOMES, Import, Status
from lead_pipeline.settings import Review
from lead_pipeline.suppliers.suppliers import agree
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import CHAIN, drop, import_object, rows, state
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state, start_afresh
from lead_pipeline_tests.integration.sensing import tick
from lead_pipeline_tests.integration.steps import STEPS, dump, run_steps, tables
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Email", "Phone")
PEOPLE = [
    ("Ann Lee", "ann@example.com", "202-555-0101"),
    ("Bo Ek", "", "202-555-0102"),
    ("Nobody", "", ""),
    ("", "", ""),
]
FILE = csv_file(HEADER, PEOPLE)
# The header says nothing, and the values are numbers of phones: probably.
UNSURE = csv_file(["Name", "Call back"], [["Ann Lee", "202-555-0101"], ["Bo Ek", "202-555-0102"]])
SHORT = csv_file(HEADER, [PEOPLE[0], PEOPLE[2], ("No One", "", "")])
SCRUBBED = csv_file([*HEADER, "DNC Scrub Date"], [[*PEOPLE[0], "2026-05-01"]])


@pytest.fixture
def doubting(site: Site) -> Site:
    return reviewing(site, "when-doubtful")


def reviewing(site: Site, review: Review) -> Site:
    return replace(site, settings=replace(site.settings, review=review))


def on(site: Site, act: Callable[..., Import], import_: Import, *more: str) -> Import:
    """What a person does with an import, and the import after it."""
    with connect(site.settings.database_url, autocommit=True) as session:
        return act(session, import_, *more)


def reasons(import_: Import) -> list[str]:
    return [one["code"] for one in import_.held_for or ()]


def test_nothing_waits_for_a_person_unless_somebody_says_so(site: Site) -> None:
    done = run_steps(site, drop(site, "Acme/leads.csv", SHORT))
    assert (done.status, done.held_for) == (Status.COMPLETED, None)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (FILE, []),
        (UNSURE, ["unsure_mapping"]),
        (SHORT, ["most_rows_rejected"]),
        (SCRUBBED, ["unclear_flag"]),
    ],
    ids=["plain", "unsure", "rejected", "flag"],
)
def test_a_doubtful_file_is_held_with_the_reasons(
    doubting: Site, file: bytes, why: list[str]
) -> None:
    done = run_steps(doubting, drop(doubting, "Acme/leads.csv", file))
    assert (reasons(done), done.status) == (why, Status.HELD if why else Status.COMPLETED)
    assert done.error_code == ("held" if why else None)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (("Full Name", "Email Address", "Phone"), ["decisive_drift"]),
        (("Full Name", "Email"), ["decisive_drift"]),
        (("Name", "Email", "Phone"), []),
        (("Phone", "Full Name", "EMAIL"), []),
        (("Full Name", "Email", "Phone", "Pets"), []),
    ],
    ids=["renamed", "gone", "another column", "moved", "new"],
)
def test_a_header_that_changed_where_it_matters_is_a_reason(
    doubting: Site, header: Sequence[str], why: list[str]
) -> None:
    run_steps(doubting, drop(doubting, "Acme/may.csv", FILE))
    cells = {"Phone": "202-555-0105", "Pets": "2"}
    row = [cells.get(name, f"{name.replace(' ', '.')}@example.com") for name in header]
    done = run_steps(doubting, drop(doubting, "Acme/june.csv", csv_file(header, [row])))
    assert reasons(done) == why


@pytest.mark.parametrize(
    ("everybody", "agreed", "status"),
    [
        ("never", "always", Status.HELD),
        ("always", "never", Status.COMPLETED),
        ("always", None, Status.HELD),
        ("when-doubtful", "always", Status.HELD),
    ],
)
def test_what_is_agreed_with_a_supplier_comes_first(
    site: Site, everybody: Review, agreed: Review | None, status: Status
) -> None:
    site = reviewing(site, everybody)
    with connect(site.settings.database_url) as session:
        agree(session, "Acme", review=agreed)
    assert run_steps(site, drop(site, "Acme/leads.csv", FILE)).status is status


def test_a_held_import_counts_nowhere_and_each_of_its_contacts_is_held(site: Site) -> None:
    site = reviewing(site, "always")
    held = run_steps(site, drop(site, "Acme/leads.csv", FILE))
    assert held.row_outcomes == {"contacts": 2, "rejected": 1, "blank": 1}
    assert held.contact_outcomes == NO_OUTCOMES | {"held": 2, "invalid": 1}
    assert rows(site, "SELECT * FROM leads_master") == []
    assert tables(site, "archive") == []


def test_a_confirmed_import_comes_to_what_it_would_have_come_to(site: Site) -> None:
    dated = csv_file([*HEADER, "Submitted At"], [[*one, "2026-05-01 12:00"] for one in PEOPLE[:3]])
    run_steps(site, drop(site, "Acme/leads.csv", dated))
    expected = lead_state(site)
    start_afresh(site)

    held = run_steps(reviewing(site, "always"), drop(site, "Acme/leads.csv", dated))
    confirmed = on(site, review.confirm, held, "ann")
    assert (confirmed.status, confirmed.confirmed_by) == (Status.NORMALIZED, "ann")
    done = run_steps(reviewing(site, "always"), confirmed)
    assert done.status is Status.COMPLETED
    assert lead_state(site) == expected
    assert broken_laws(site) == {}


def test_what_was_confirmed_is_what_was_seen(doubting: Site) -> None:
    """Corrections made after the look are for `again`: a confirmed file is not read once more."""
    held = run_steps(doubting, drop(doubting, "Acme/leads.csv", UNSURE))
    confirmed = on(doubting, review.confirm, held, "ann")
    (doubting.settings.home / "lead-imports" / "Acme" / "leads.csv").unlink(missing_ok=True)
    done = run_steps(doubting, confirmed)
    assert (done.status, done.contacts_new) == (Status.COMPLETED, 2)


@pytest.mark.parametrize("done", range(1, 5))
def test_a_held_import_may_be_run_again_at_any_step(site: Site, done: int) -> None:
    site = reviewing(site, "always")
    held = run_steps(site, drop(site, "Acme/leads.csv", FILE))
    told = ("public.lead_sources", "public.import_ends")  # it is told again that it waits
    before = {name: text for name, text in dump(site).items() if name not in told}
    again = run_steps(site, held, STEPS[done - 1 :])
    after = {name: text for name, text in dump(site).items() if name not in told}
    assert (again.status, after) == (Status.HELD, before)


def test_a_held_import_blocks_nobody(site: Site) -> None:
    held = run_steps(reviewing(site, "always"), drop(site, "Acme/leads.csv", FILE))
    other = csv_file(HEADER, [("Ann Lee", "ann@example.com", "202-555-0101")])
    done = run_steps(site, drop(site, "Brix/other.csv", other))
    assert (done.status, done.contacts_new) == (Status.COMPLETED, 1)
    late = run_steps(site, on(site, review.confirm, held, "ann"))
    assert (late.status, len(rows(site, "SELECT FROM leads_master"))) == (Status.COMPLETED, 2)


def test_a_discarded_import_leaves_nothing_and_its_file_may_come_again(
    command: Command, site: Site
) -> None:
    path = site.settings.home / "leads.csv"
    path.write_bytes(FILE)
    agree_always(site)
    assert command("drop", path, "--supplier", "Acme").code == 0
    key = command("drop", path, "--supplier", "Acme").err
    assert "the same file is in the bucket already" in key
    held = run_steps(site, entered(site))
    gone = on(site, review.discard, held, "ann")
    assert (gone.status, gone.error_code) == (Status.UNDONE, "discarded")
    assert gone.error == "discarded by ann before it counted"
    assert tables(site, "staging", "archive") == []
    assert rows(site, "SELECT * FROM leads_master") == []
    assert command("drop", path, "--supplier", "Acme").code == 0
    assert run_steps(site, entered(site)).status is Status.HELD


def agree_always(site: Site) -> None:
    with connect(site.settings.database_url) as session:
        agree(session, "Acme", review="always")


def entered(site: Site) -> Import:
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.register(session, site.bucket.list())
        return ledger.newest_imports(session, 1)[0]


def test_a_correction_and_again_read_a_held_file_once_more(
    command: Command, doubting: Site
) -> None:
    held = run_steps(doubting, drop(doubting, "Acme/leads.csv", UNSURE))
    assert command("mappings", "set", held.import_id, "Call back", "phone_1").code == 0
    said = command("again", held.import_id)
    assert said.out == "import 1: Acme/leads.csv: its file is read once more\n"
    done = run_steps(doubting, held)
    assert (done.status, done.held_for, done.contacts_new) == (Status.COMPLETED, None, 2)


def test_only_what_is_held_can_be_confirmed_or_discarded(site: Site) -> None:
    done = run_steps(site, drop(site, "Acme/leads.csv", FILE))
    for act in (review.confirm, review.discard):
        with pytest.raises(OperatorError, match="import 1 is completed: it does not wait for any"):
            on(site, act, done, "ann")
    with pytest.raises(OperatorError, match="`lead-pipeline undo 1` takes it back first"):
        on(site, review.read_again, done)


@pytest.mark.parametrize("wrong", ["--header-row=99", "--encoding=utf-16"])
def test_a_rejected_file_is_read_again_as_settled_by_then(
    command: Command, site: Site, wrong: str
) -> None:
    command("reading", "set", "Acme", wrong)
    rejected = run_steps(site, drop(site, "Acme/leads.csv", FILE))
    assert rejected.status is Status.REJECTED
    command("reading", "forget", "Acme")
    assert command("again", 1).code == 0
    assert run_steps(site, state(site, rejected)).status is Status.COMPLETED


def test_a_failed_import_gets_all_its_attempts_once_more(site: Site) -> None:
    rules = site.settings.home / "tags.toml"
    rules.write_text("not toml")
    site = replace(site, settings=replace(site.settings, tag_rules=rules))
    import_ = drop(site, "Acme/leads.csv", FILE)
    with pytest.raises(OperatorError):
        run_steps(site, import_)
    assert state(site, import_).status is Status.FAILED
    rules.unlink()
    again = on(site, review.read_again, import_)
    assert (again.status, again.attempt, again.tries) == (Status.WAITING, 2, 1)
    assert run_steps(site, again).status is Status.COMPLETED


def test_in_dagster_the_run_succeeds_and_the_check_says_who_is_waited_for(site: Site) -> None:
    site = reviewing(site, "always")
    import_ = drop(site, "Acme/leads.csv", FILE)
    instance = dg.DagsterInstance.ephemeral()
    result = import_object(site, import_, CHAIN, instance)
    assert result.success
    made = {key.path[-1] for event in result.asset_materializations_for_node("normalized_leads")
            for key in [event.asset_key]}  # fmt: skip
    assert made == {"normalized_leads"}
    assert not result.asset_materializations_for_node("archived_leads")
    (check,) = [
        one for one in result.get_asset_check_evaluations() if one.check_name == "waits_for_nobody"
    ]
    assert not check.passed
    assert "lead-pipeline review 1" in str(check.description)
    on(site, review.confirm, state(site, import_), "ann")
    assert import_object(site, import_, CHAIN, instance).success
    assert state(site, import_).status is Status.COMPLETED


def test_the_sensor_leaves_a_held_import_alone_and_starts_a_confirmed_one(
    stored_instance: dg.DagsterInstance, site: Site
) -> None:
    import_ = drop(site, "Acme/leads.csv", FILE)
    held = run_steps(reviewing(site, "always"), import_)
    assert tick(site, stored_instance) == []
    on(site, review.confirm, held, "ann")
    (request,) = tick(site, stored_instance)
    assert request.run_key == f"{import_.partition_key}:1:2"


def test_people_see_what_waits_why_and_what_to_do(command: Command, site: Site) -> None:
    assert command("review").out == "no import waits for a person\n"
    run_steps(reviewing(site, "always"), drop(site, "Acme/leads.csv", FILE))
    assert "held" in command("review").out
    shown = command("review", "leads.csv").out
    for part in ("held every import is to be looked at", "Ann Lee", "ann@example.com",
                 "+12025550102", "lead-pipeline confirm 1", "lead-pipeline discard 1"):  # fmt: skip
        assert part in shown
    (facts,) = command("review", 1, "--rows", 1, "--json").documents
    assert facts["outcomes"]["contacts"]["held"] == 2
    assert facts["contacts"] == [{
        "row": 2, "number": 1, "role": "contact", "full_name": "Ann Lee",
        "emails": ["ann@example.com"], "phones": ["+12025550101"],
    }]  # fmt: skip
    assert [one["import_id"] for one in command("review", "--json").documents] == [1]
    assert "`lead-pipeline discard 1` ends it" in command("undo", 1, "--yes").err
    assert command("confirm", 1).out == "import 1: Acme/leads.csv: confirmed: it goes on\n"
    assert command("review", 1).err.startswith("error: import 1 is normalized")


def test_what_is_agreed_about_reviews_is_set_and_unset(command: Command) -> None:
    (facts,) = command("suppliers", "set", "Acme", "--review", "always", "--json").documents
    assert facts["review"] == "always"
    assert "reviewed: always" in command("suppliers").out
    (facts,) = command("suppliers", "set", "Acme", "--cost", "2", "--json").documents
    assert facts["review"] == "always"
    (facts,) = command("suppliers", "set", "Acme", "--review", "usual", "--json").documents
    assert facts["review"] is None

"""How imports look on a terminal and as JSON, whatever stands in a file's name."""

import json
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from lead_pipeline.cli.import_view import imports_table, outcome_line, show_import
from lead_pipeline.cli.output import as_json, when
from lead_pipeline.cli.terminal import console as terminal
from lead_pipeline.ledger import Import, Status
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline.ledger.summaries import Review, Summary
from lead_pipeline.settings import load_settings
from lead_pipeline_tests.making import NOON, an_import

DONE = an_import(
    import_id=7, status=Status.COMPLETED, completed_at=NOON + timedelta(seconds=2.5),
    rows_read=1200, rows_contacts=1190, rows_rejected=8, rows_blank=2,
    contacts_found=1300, contacts_new=1290, contacts_invalid=10,
)  # fmt: skip


def printed(import_: Import) -> str:
    """What `status` and `status IMPORT` print, in one piece."""
    console = terminal()
    with console.capture() as shown:
        console.print(imports_table([import_], console.width))
        show_import(console, import_)
    return shown.get()


def test_json_is_one_line_with_dates_as_iso_and_decimals_as_text() -> None:
    text = as_json({"at": NOON, "price": Decimal("1.50"), "name": "Björn\n"})
    assert text == '{"at": "2026-05-01T12:00:00+00:00", "price": "1.50", "name": "Björn\\n"}'


def test_times_are_told_with_the_zone_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADS_TIME_ZONE", "America/New_York")
    load_settings.cache_clear()
    try:
        assert when(NOON) == "2026-05-01 08:00 EDT"
        assert when(NOON.replace(month=1)) == "2026-01-01 07:00 EST"
        assert when(datetime.min.replace(tzinfo=UTC)).endswith("01-01 00:00 UTC")
        assert when(None) == "-"
    finally:
        load_settings.cache_clear()


def test_the_facts_of_an_import_name_every_outcome() -> None:
    facts = json.loads(as_json(import_facts(DONE)))
    assert facts["outcomes"] == {
        "rows": {"contacts": 1190, "rejected": 8, "blank": 2},
        "contacts": {
            "new": 1290, "same_source_duplicate": 0, "cross_source_duplicate": 0,
            "in_file_duplicate": 0, "updated": 0, "suppressed": 0, "invalid": 10,
            "held": 0,
        },
    }  # fmt: skip
    assert (facts["summary"], facts["rows_retried"]) == (None, None)
    assert (facts["import_id"], facts["status"], facts["seconds"]) == (7, "completed", 2.5)


def test_a_completed_import_in_one_line() -> None:
    assert outcome_line(DONE) == (
        "import 7: Acme/leads.csv: 1,200 rows (1,190 contacts, 8 rejected, 2 blank), "
        "1,300 contacts (1,290 new, 10 invalid) in 2.5 s"
    )


@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED, Status.DUPLICATE])
def test_an_import_that_did_not_complete_says_why_in_one_line(status: Status) -> None:
    line = outcome_line(an_import(status=status, error="for a reason"))
    assert line == f"import 1: Acme/leads.csv: {status}, for a reason"


@pytest.mark.parametrize("status", Status)
def test_every_state_can_be_shown(status: Status) -> None:
    shown = printed(an_import(status=status))
    assert re.search(rf"Acme/leads.csv +{status} ", shown)
    assert re.search(rf"status +{status}\b", shown)


@pytest.mark.parametrize(
    "name", ["[red]x[/red].csv", "[/red].csv", "a[0].csv", "[link=https://example.com]x.csv",
             "back\\[slash].csv", ":smile:.csv"],
)  # fmt: skip
def test_markup_in_a_name_is_shown_and_never_obeyed(name: str) -> None:
    shown = printed(an_import(object_key=f"Acme/{name}", error=name, partition_key=name))
    assert shown.count(name) == 4


@given(st.text("[]/\\:red=@ ", min_size=1, max_size=12))
def test_no_name_breaks_the_output(name: str) -> None:
    assert printed(an_import(object_key=name, original_filename=name, error=name))


def test_the_detail_shows_the_columns_with_what_became_of_them() -> None:
    columns = [
        {"header": "E[mail]", "field": "email", "confidence": 0.987, "how": "alias",
         "extra_key": None},
        {"header": "[b]Pets", "field": None, "confidence": 1.0, "how": "none",
         "extra_key": "[b]Pets"},
    ]  # fmt: skip
    shown = printed(an_import(status=Status.LOADED, columns=columns))
    assert "E[mail]" in shown
    assert "extra: [b]Pets" in shown


MANY = 9_876_543
FULL = an_import(
    import_id=12345,
    object_key="Acme Leads of Nevada/weekly list of solar leads, final version_0123456789ab.csv",
    status=Status.NORMALIZED,
    normalized_at=NOON,
    completed_at=NOON,
    **{f.name: MANY for f in fields(Import) if f.name.startswith(("rows_", "contacts_"))},
)


@pytest.mark.parametrize("width", [120, 100, 80])
def test_the_table_fits_into_a_terminal_and_leaves_out_no_count(width: int) -> None:
    console = Console(width=width, color_system=None)
    with console.capture() as shown:
        console.print(imports_table([FULL, DONE], width))
    text = shown.get()
    assert max(map(len, text.splitlines())) <= width
    assert text.count("…") == 1  # in the middle of the long name
    for word in ("new", "same source", "in file", "updated", "suppressed", "invalid"):
        assert set(word.split()) <= set(text.split() + text.replace(",", " ").split())
    assert text.count("9,876,543") == 10  # rows, two ways to lose one, seven outcomes of contacts


def test_the_table_leaves_out_what_did_not_happen() -> None:
    shown = " ".join(printed(DONE).split())
    assert "1,200, 8 rejected, 2 blank 1,290 new, 10 invalid" in shown


def test_the_detail_says_where_it_came_from_and_what_it_was_checked_against() -> None:
    lists = [
        {"list_name": "FTC", "kind": "national", "version": 3, "entries": 5_000_000, "hits": 12,
         "as_of": (NOON - timedelta(days=9)).isoformat()},
        {"list_name": "file flag: dnc", "kind": "file", "version": None, "entries": 2, "hits": 2,
         "as_of": NOON.isoformat()},
    ]  # fmt: skip
    one = an_import(
        status=Status.UNDONE, source="Meta", source_type="meta_form", cost_per_lead=Decimal("2.50"),
        archived_at=NOON, undone_at=NOON, dnc_lists=lists, force_refresh=True, retry_of=4,
    )  # fmt: skip
    console = terminal()
    with console.capture() as shown:
        show_import(console, one, Review(Summary(5, 4, 3, 2, 1), rows_retried=2))
    lines = [" ".join(line.split()) for line in shown.get().splitlines()]
    for line in (
        "source Meta (meta_form)",
        "supplier Acme; cost per lead 2.50",
        "summary new 5, same source 4, cross source 3, skipped without phone 2, errors 1",
        "retried 2 rejected rows came again, mended",
        "retry of import 4",
        "refresh known leads were updated from the file (--force-refresh)",
        "checked FTC (national), version 3, 9 days old: 5,000,000 entries, 12 taken away",
        "checked file flag: dnc (file), 0 days old: 2 entries, 2 taken away",
    ):
        assert line in lines
    assert any(line.startswith("undone ") for line in lines)

"""Google Sheets against a fake of its API over HTTP: tabs that people work on, and its faults."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from lead_pipeline.connectors import google_sheets, sheet_api
from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Fault,
    Forbidden,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.http import Api
from lead_pipeline.connectors.model import Json, Part, Window
from lead_pipeline_tests.vendors.accounts import read, server, vendors
from lead_pipeline_tests.vendors.faults import (
    answers,
    doing,
    hang,
    html,
    mistyped,
    reset,
    too_many,
    truncated,
    unavailable,
    without,
)
from lead_pipeline_tests.vendors.google import HEADER, SHEET, SheetsSite, sheet_row, sheets
from lead_pipeline_tests.vendors.server import START, Action, Vendors
from lead_pipeline_tests.vendors.sheets import Spreadsheet, Tab

__all__ = ["server", "sheets", "vendors"]

VALUES = "/sheets/*/values:batchGet"
PART = Part(f"{SHEET}/7", "Book: Leads")
NO_ID = ["Name", "Phone", "Notes"]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_sheets, "BLOCK", 4)


def ids(found: list[str]) -> list[str]:
    """The ids that the rows have of their own."""
    return [one.split("/")[2] for one in found]


class Pulls:
    """Pulls of the tab one after the other, each from where the last one stood."""

    def __init__(self, sheets: SheetsSite) -> None:
        self._sheets = sheets
        self._known: set[str] = set()
        self.cursor: Json | None = None

    def new(self) -> list[str]:
        """The records that no pull gave before."""
        found = read(self._sheets.source(), self.cursor, part=PART)
        self.cursor = found.cursor
        new = [one for one in dict.fromkeys(found.ids) if one not in self._known]
        self._known.update(new)
        return new


def test_a_row_becomes_a_record_by_its_header(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(1), [], ["l:700002", "2026-11-02T09:02:00", "Omar", "", "p:1"]]
    first, second = read(sheets.source()).records
    assert first.external_id.startswith(f"{SHEET}/7/700001/")
    assert first.payload == {
        "spreadsheet": SHEET,
        "tab": "Leads",
        "row": 2,
        "cells": dict(zip(HEADER, sheet_row(1), strict=True)),
    }
    assert first.lead == {
        "id": "700001",
        "created_time": "2026-11-02T09:01:00-05:00",
        "full_name": "Dana Example 1",
        "email": "dana1@example.com",
        "phone_number": "+12025550001",
    }
    assert first.occurred_at == datetime(2026, 11, 2, 14, 1, tzinfo=UTC)
    assert second.payload["row"] == 4
    assert second.occurred_at == datetime(2026, 11, 2, 14, 2, tzinfo=UTC)  # the sheet's own zone


def test_the_cursor_shows_where_a_tab_stands(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(6)]
    cursor = read(sheets.source()).cursor
    assert cursor == {
        "row": 7,
        "id": "700005",
        "time": "2026-11-02T09:05:00-05:00",
        "rows": 6,
        "blocks": cursor["blocks"],
        "unfinished": None,
        "unfinished_since": None,
        "doubled": [],
    }
    assert len(cursor["blocks"]) == 2


def test_what_has_not_changed_is_not_given_again(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(10)]
    first = read(sheets.source())
    assert read(sheets.source(), first.cursor, part=PART).records == []
    sheets.tab.rows.append(sheet_row(10))
    again = read(sheets.source(), first.cursor, part=PART)
    assert ids(again.ids) == ["700008", "700009", "700010"]  # the last block only


def test_rows_may_be_sorted_inserted_deleted_and_the_tab_renamed(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    rows = sheets.tab.rows
    rows += [sheet_row(n) for n in range(10)]
    assert len(pulls.new()) == 10
    rows[1:] = rows[:0:-1]
    assert pulls.new() == []
    rows.insert(3, sheet_row(20))
    assert ids(pulls.new()) == ["700020"]
    del rows[5:8]
    rows.append(sheet_row(21))
    assert ids(pulls.new()) == ["700021"]
    sheets.tab.title = "Leads of O'Neil"
    rows.insert(1, [])
    rows.insert(2, sheet_row(22))
    assert ids(pulls.new()) == ["700022"]
    rows[7] = sheet_row(23)  # where another stood
    assert ids(pulls.new()) == ["700023"]


def test_columns_may_be_moved_and_added(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    sheets.tab.rows += [sheet_row(n) for n in range(3)]
    pulls.new()
    sheets.tab.rows[:] = [[row[4], "", *row[:4]] for row in sheets.tab.rows]
    sheets.tab.rows[0][1] = "Called by"
    assert pulls.new() == []


def test_without_an_id_rows_are_known_by_all_they_hold(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    dana, omar = ["Dana", "2025550101", ""], ["Omar", "2025550102", ""]
    sheets.tab.rows[:] = [NO_ID, dana, omar]
    assert len(pulls.new()) == 2
    sheets.tab.rows[:] = [NO_ID, omar, dana]
    assert pulls.new() == []
    sheets.tab.rows[:] = [["Notes", *NO_ID[:2]], ["", *omar[:2]], ["", *dana[:2]]]
    assert pulls.new() == []
    sheets.tab.rows[:] = [NO_ID, omar, [*dana[:2], "call in May"]]
    assert len(pulls.new()) == 1


def test_equal_rows_without_an_id_are_as_many_as_two_pulls_saw(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    dana = ["Dana", "2025550101"]
    others = [[f"Omar {n}", f"20255502{n:02}"] for n in range(6)]
    sheets.tab.rows[:] = [NO_ID, dana, *others]
    assert len(pulls.new()) == 7
    sheets.tab.rows.append(dana)
    assert pulls.new() == []
    assert len(pulls.new()) == 1
    sheets.tab.rows.insert(4, dana)
    del sheets.tab.rows[1]  # moved, not added
    assert pulls.new() == pulls.new() == []
    sheets.tab.rows.insert(4, dana)
    assert [len(pulls.new()) for _ in range(3)] == [0, 1, 0]
    del sheets.tab.rows[4]
    assert pulls.new() == pulls.new() == []


def test_with_an_id_only_a_corrected_phone_or_mail_makes_a_new_record(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    sheets.tab.rows += [sheet_row(1), sheet_row(2)]
    pulls.new()
    sheets.tab.rows[1] = sheet_row(1, full_name="Dana Q. Example")
    assert pulls.new() == []
    sheets.tab.rows[1] = sheet_row(1, phone_number="p:+12025550199")
    assert ids(pulls.new()) == ["700001"]
    sheets.tab.rows.append(sheet_row(2))  # a copy
    assert pulls.new() == []
    sheets.tab.rows.append(sheet_row(2, email="other@example.com"))  # an id that is none
    assert ids(pulls.new()) == ["700002"]


def test_an_unfinished_last_row_is_left_until_it_is_written(sheets: SheetsSite) -> None:
    pulls = Pulls(sheets)
    sheets.tab.rows += [sheet_row(1), ["l:700002", "", "Om"]]
    assert ids(pulls.new()) == ["700001"]
    assert pulls.cursor["unfinished_since"] == START.isoformat()
    sheets.vendors.time.advance(minutes=8)
    sheets.tab.rows[2] = ["l:700002", "", "Omar"]
    assert pulls.new() == []
    sheets.vendors.time.advance(minutes=8)
    assert pulls.new() == []
    sheets.tab.rows[2] = sheet_row(2)
    assert ids(pulls.new()) == ["700002"]
    assert pulls.cursor["unfinished"] is None


def test_one_that_stays_unfinished_is_kept_with_the_reason(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(1), ["l:700002", "", "Omar"]]
    held = read(sheets.source())
    sheets.vendors.time.advance(minutes=10)
    later = read(sheets.source(), held.cursor, part=PART)
    assert [one.problem for one in later.records] == [None, "row 3 has neither a phone nor a mail"]
    assert read(sheets.source(), later.cursor, part=PART).records == []


def test_one_that_others_follow_is_waited_for_no_longer(sheets: SheetsSite) -> None:
    sheets.tab.rows += [["l:700001", "", "Dana"], [], sheet_row(2)]
    problems = [one.problem for one in read(sheets.source()).records]
    assert problems == ["row 2 has neither a phone nor a mail", None]


def test_a_grid_is_read_to_its_edge_and_not_beyond(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(8)]
    sheets.tab.spare_rows = 0
    sheets.tab.columns = 5
    assert len(read(sheets.source()).records) == 8
    sheets.tab.columns = 28  # up to AB
    sheets.tab.rows[0] = [*HEADER, *[""] * 22, "Notes"]
    sheets.tab.rows[1] = [*sheet_row(0), *[""] * 20, "no name", "", "called"]
    lead = read(sheets.source()).records[0].lead
    assert (lead["Notes"], lead["Column 26"]) == ("called", "no name")


def test_an_empty_tab_is_no_fault(sheets: SheetsSite) -> None:
    sheets.tab.rows[:] = []
    assert read(sheets.source()).records == []
    sheets.tab.rows[:] = [HEADER]
    assert read(sheets.source()).records == []


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["Email", "Phone", "email "], 'Book: Leads: two columns are called "email"'),
        (["Dish", "Sides"], "Book: Leads: no column of its first row is for a phone or a mail"),
    ],
)
def test_a_header_that_cannot_be_right_is_told(
    sheets: SheetsSite, header: list[str], told: str
) -> None:
    sheets.tab.rows[:] = [header, ["a", "b", "c"]]
    with pytest.raises(BadRequest, match=told):
        read(sheets.source())


def test_tabs_are_chosen_by_title_or_number(sheets: SheetsSite) -> None:
    book = sheets.fake.sheets[SHEET]
    book.tabs.append(Tab(8, "More", [HEADER, sheet_row(1)]))
    assert [part.title for part in sheets.source().parts()] == ["Book: Leads", "Book: More"]
    for stated in (f"{SHEET}/More", f"{SHEET}/8"):
        assert list(sheets.source(stated).parts()) == [Part(f"{SHEET}/8", "Book: More")]


def test_a_tab_that_is_a_chart_is_none(sheets: SheetsSite) -> None:
    sheets.fake.sheets[SHEET].tabs.append(Tab(9, "Chart", [], is_chart=True))
    assert [part.title for part in sheets.source().parts()] == ["Book: Leads"]


@pytest.mark.parametrize(
    ("stated", "kind", "told"),
    [
        ("2XyZ", Forbidden, "403 .*shared with puller@project.example.com"),
        ("gone", Forbidden, "404 .*between /d/ and /edit"),
        (f"{SHEET}/Nothing", BadRequest, 'Book has no tab "Nothing", but Leads'),
    ],
)
def test_a_sheet_that_cannot_be_read_is_a_part_that_tells_why(
    sheets: SheetsSite, stated: str, kind: type[Fault], told: str
) -> None:
    sheets.fake.sheets["2XyZ"] = Spreadsheet("Other", [Tab(0, "A", [])], is_shared=False)
    sheets.tab.rows.append(sheet_row(1))
    source = sheets.source(stated, SHEET)
    failing, fine = source.parts()
    with pytest.raises(kind, match=told):
        read(source, part=failing)
    assert len(read(source, part=fine).records) == 1


def test_a_window_that_is_asked_for_is_given_without_a_cursor(sheets: SheetsSite) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(9)]
    sheets.tab.rows.append(sheet_row(9, created_time="a Tuesday"))
    since = datetime(2026, 11, 2, 14, 3, tzinfo=UTC)
    found = read(sheets.source(), asked=Window(since, since + timedelta(minutes=2)))
    assert found.cursor is None
    assert ids(found.ids) == ["700003", "700004", "700005", "700009"]


def test_over_the_quota_it_waits_and_reads_no_row_twice(
    sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(300)]
    found = read(sheets.source())
    assert len(found.ids) == len(set(found.ids)) == 300
    assert 429 in [call.status for call in vendors.journal]
    assert vendors.most_at_once == 1


@pytest.mark.parametrize("hint", [30, START + timedelta(seconds=30)])
def test_a_hint_to_wait_is_heeded_and_the_same_is_asked_again(
    sheets: SheetsSite, vendors: Vendors, hint: float | datetime
) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(9)]
    vendors.fault(VALUES, too_many(hint), nth=3)
    assert len(read(sheets.source()).ids) == 9
    refused, again = vendors.calls(VALUES)[2:4]
    assert (refused.status, again.status) == (429, 200)
    assert (again.at - refused.at).total_seconds() >= 30
    assert again.query == refused.query


@pytest.mark.parametrize("fault", [unavailable(), reset(), truncated(), html(), answers(False)])
def test_what_passes_is_tried_again(sheets: SheetsSite, vendors: Vendors, fault: Action) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(9)]
    vendors.fault(VALUES, fault, nth=3, times=2)
    assert len(read(sheets.source()).ids) == 9


def test_a_server_that_says_nothing_is_asked_again(
    sheets: SheetsSite, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_api, "Api", partial(Api, timeout=0.3))
    sheets.tab.rows += [sheet_row(n) for n in range(9)]
    vendors.fault(VALUES, hang(1), nth=3)
    assert len(read(sheets.source()).ids) == 9


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (unavailable(), Transient),
        (reset(), Transient),
        (too_many(), Throttled),
        (truncated(), Malformed),
        (html(), Malformed),
        (answers(False), Malformed),
        (without("valueRanges"), Malformed),
        (mistyped("values", [[1]]), Malformed),
        (mistyped("valueRanges", [{}]), Malformed),
    ],
)
def test_what_stays_broken_leaves_the_cursor_at_the_last_good_page(
    sheets: SheetsSite, vendors: Vendors, fault: Action, kind: type[Fault]
) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault(VALUES, fault, nth=4, times=200)  # the header and two blocks are read before
    source = sheets.source()
    pages = source.pages(PART, None, None)
    first = next(pages)  # the second is known to be complete only with the third
    with pytest.raises(kind):
        next(pages)
    vendors.clear()
    again = SheetsSite(vendors)
    again.fake.sheets = sheets.fake.sheets
    rest = read(again.source(), first.cursor, part=PART)
    assert ids([one.external_id for one in first.records] + rest.ids) == [
        str(700000 + n) for n in range(12)
    ]


def test_a_token_that_runs_out_is_renewed_once(sheets: SheetsSite, vendors: Vendors) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault(VALUES, doing(sheets.token.expire), nth=3)
    assert len(read(sheets.source()).ids) == 12
    assert sheets.token.given == 2
    assert [call.status for call in vendors.calls(VALUES)].count(401) == 1


def test_access_that_was_taken_away_is_asked_for_no_more(
    sheets: SheetsSite, vendors: Vendors
) -> None:
    def revoke() -> None:
        sheets.token.revoked = True
        sheets.token.expire()

    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault(VALUES, doing(revoke), nth=3)
    with pytest.raises(AccessLost, match="Make a new key"):
        read(sheets.source())
    assert [call.status for call in vendors.journal[-2:]] == [401, 400]


def test_a_header_that_changes_meanwhile_ends_the_pull(
    sheets: SheetsSite, vendors: Vendors
) -> None:
    def insert_a_column() -> None:
        for row in sheets.tab.rows:
            row.insert(1, "")

    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault(VALUES, doing(insert_a_column), nth=3)
    with pytest.raises(Transient, match="its header was changed while it was read"):
        read(sheets.source())
    assert len(read(sheets.source()).ids) == 12


def test_a_tab_that_is_renamed_or_cut_meanwhile_ends_the_pull(
    sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    for act in (lambda: setattr(sheets.tab, "title", "New"), lambda: sheets.tab.rows.clear()):
        vendors.fault(VALUES, doing(act), nth=3)
        with pytest.raises(Transient, match="it was changed while it was read"):
            read(sheets.source())
    assert read(sheets.source()).records == []


def test_rows_that_move_while_they_are_read_are_found_by_the_next_pull(
    sheets: SheetsSite, vendors: Vendors
) -> None:
    def sort() -> None:
        sheets.tab.rows[1:] = sheets.tab.rows[:0:-1]

    pulls = Pulls(sheets)
    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault(VALUES, doing(sort), nth=3)
    first = ids(pulls.new())
    assert len(first) == 8  # four that came twice, and four that slipped into what was read already
    assert sorted(first + ids(pulls.new())) == [str(700000 + n) for n in range(12)]


def test_a_check_tells_what_works_and_then_what_does_not(sheets: SheetsSite) -> None:
    sheets.fake.sheets[SHEET].tabs.append(Tab(8, "Later", []))
    assert list(sheets.source().check()) == [
        "Google gives puller@project.example.com a token",
        'Book: Leads: 5 columns, a row is known by the column "id"',
        "Book: Later: can be read, and is empty",
    ]
    sheets.fake.sheets[SHEET].is_shared = False
    with pytest.raises(Forbidden, match="shared with puller"):
        list(sheets.source().check())


def test_no_secret_stands_in_a_record_or_a_fault(sheets: SheetsSite, vendors: Vendors) -> None:
    sheets.tab.rows.append(sheet_row(1))
    said = repr(read(sheets.source()))
    vendors.fault(VALUES, answers({"error": {"message": "ya29.secret-2 dana1@example.com"}}, 400))
    with pytest.raises(Fault) as caught:
        read(sheets.source())
    for secret in ("PRIVATE KEY", "ya29"):
        assert secret not in said + str(caught.value)
    assert "dana1@example.com" not in str(caught.value)

"""Files that say who must not be called or written to, in columns and cells of every kind: what
each of them takes away, and what an import tells of it."""

from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline_tests.making import csv_file

MOBILE, HOME = "202-555-0101", "202-555-0102"
# What a flag without a phone of its own takes: every phone, every mail.
PHONES: tuple[str, str | None] = ("phone", None)
MAILS: tuple[str, str | None] = ("email", None)


def phone(number: str) -> tuple[str, str | None]:
    return "phone", f"+1{number.replace('-', '')}"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return read_settings({"LEADS_HOME": str(tmp_path / "home")})


def a_dry_run(home: Settings, row: dict[str, str]) -> DryRun:
    """Of a file with this row, and with one in which nobody is flagged."""
    path = home.home.parent / "list.csv"
    clean = {"Name": "Ben Oak", "Phone": "202-555-0190", "Email": "ben@example.com"}
    path.write_bytes(csv_file([*row], [[*row.values()], [clean.get(name, "") for name in row]]))
    return DryRun(path, home)


def flags(home: Settings, row: dict[str, str]) -> list[dict[str, Any]]:
    """What the file takes from the person of the row."""
    first, second = (line["contacts"][0]["lead"] for line in a_dry_run(home, row).rows(None))
    assert not second.get("flags")
    return first.get("flags") or []


def taken(home: Settings, row: dict[str, str]) -> set[tuple[str, str | None]]:
    return {(flag["channel"], flag.get("value")) for flag in flags(home, row)}


def problems(home: Settings, row: dict[str, str]) -> list[tuple[str, str | None]]:
    told = a_dry_run(home, row).head["file"]["problems"]
    return [(problem["code"], problem["column"]) for problem in told]


PERSON = {"Name": "Ann Lee", "Phone": MOBILE, "Email": "ann@example.com"}


@pytest.mark.parametrize(
    ("header", "channels"),
    [
        ("DNC", {PHONES}),
        ("DNC?", {PHONES}),
        ("Is DNC", {PHONES}),
        ("DNCL", {PHONES}),
        ("Federal DNC", {PHONES}),
        ("State DNC", {PHONES}),
        ("federal_dnc", {PHONES}),
        ("NationalDNC", {PHONES}),
        ("Do Not Call", {PHONES}),
        ("DoNotCall", {PHONES}),
        ("Don't Call", {PHONES}),
        ("DNC Date", {PHONES}),
        ("DNC Mobile", {PHONES}),
        ("Phone 3 DNC", {PHONES, phone(MOBILE)}),
        ("Call Opt Out", {PHONES}),
        ("Litigator", {PHONES}),
        ("Known TCPA Litigator", {PHONES}),
        ("TCPA Litigation", {PHONES}),
        ("DND", {PHONES, MAILS}),
        ("Opted Out", {PHONES, MAILS}),
        ("Opt-Out", {PHONES, MAILS}),
        ("Do Not Contact", {PHONES, MAILS}),
        ("Unsubscribed", {MAILS}),
        ("Do Not Email", {MAILS}),
        ("Do Not E-Mail", {MAILS}),
        ("email_opt_out", {MAILS}),
        ("HasOptedOutOfEmail", {MAILS}),
        ("Do Not Text", set()),
        ("sms_opt_out", set()),
        ("Do Not Mail", set()),
    ],
)
def test_the_header_of_a_flag_says_what_it_takes(
    home: Settings, header: str, channels: set[tuple[str, str | None]]
) -> None:
    found = taken(home, PERSON | {header: "Y"})
    assert found <= channels
    assert bool(found) == bool(channels)


def test_all_flags_of_a_file_are_read_however_many(home: Settings) -> None:
    row = PERSON | {"Federal DNC": "N", "State DNC": "N", "Litigator": "Y"}
    assert flags(home, row) == [{"channel": "phone", "flag": "litigator", "said": "Litigator: Y"}]
    row = PERSON | {"Federal DNC": "Y", "State DNC": "Y", "DNC?": "Y", "Phone 1 DNC": "Y"}
    assert [flag["said"] for flag in flags(home, row)] == [f"{name}: Y" for name in [*row][3:]]


TWO = {"Name": "Ann Lee", "Cell Phone": MOBILE, "Home Phone": HOME}


@pytest.mark.parametrize(
    ("row", "channels"),
    [
        (TWO | {"Cell Phone DNC": "Y"}, {phone(MOBILE)}),
        (TWO | {"DNC Mobile": "Y"}, {phone(MOBILE)}),
        (TWO | {"DNC Home": "Y"}, {phone(HOME)}),
        (TWO | {"DNC": "Y"}, {PHONES}),
        (TWO | {"Phone 1 DNC": "Y"}, {phone(MOBILE), phone(HOME)}),
        ({"Name": "Ann Lee", "Phone 1": MOBILE, "Phone 2": HOME, "Phone 2 DNC": "Y"},
         {phone(HOME)}),
        ({"Name": "Ann Lee", "Phone 1": MOBILE, "Phone 2": HOME, "DNC 1": "Y"}, {phone(MOBILE)}),
        ({"Name": "Ann Lee", "Phone 1": MOBILE, "Phone 2": HOME, "DNC": "Y"}, {PHONES}),
        ({"Name": "Ann Lee", "Phone 1": MOBILE, "Phone 1 DNC": "Y", "DNC": "Y"},
         {phone(MOBILE), PHONES}),
    ],
)  # fmt: skip
def test_a_flag_is_for_the_phone_it_names_and_else_for_every_phone(
    home: Settings, row: dict[str, str], channels: set[tuple[str, str | None]]
) -> None:
    assert taken(home, row) == channels


@pytest.mark.parametrize(
    "cell",
    ["Y", "Federal DNC", "State", "On List", "DNC/Litigator", "Do Not Call", "2026-03-05", "?!",
     "unknown", "x", "2"],
)  # fmt: skip
@pytest.mark.parametrize("header", ["Phone 1 DNC", "Federal DNC"])
def test_a_flag_that_does_not_clearly_say_no_says_yes(
    home: Settings, header: str, cell: str
) -> None:
    (flag,) = flags(home, {"Name": "Ann Lee", "Phone 1": MOBILE, header: cell})
    assert flag["said"] == f"{header}: {cell}"


@pytest.mark.parametrize(
    "cell",
    ["", "N", "No", "FALSE", "0", "clean", "Not Listed", "none", "n/a", "OK", "-", "not on dnc",
     "nein"],
)  # fmt: skip
@pytest.mark.parametrize("header", ["Phone 1 DNC", "Federal DNC"])
def test_a_flag_that_clearly_says_no_takes_nothing(home: Settings, header: str, cell: str) -> None:
    assert flags(home, {"Name": "Ann Lee", "Phone 1": MOBILE, header: cell}) == []


@pytest.mark.parametrize(
    ("cells", "channels"),
    [
        ({"Status": "DNC"}, {PHONES}),
        ({"Status": "dncl"}, {PHONES}),
        ({"Disposition": "Do Not Call"}, {PHONES}),
        ({"Disposition": "DO_NOT_CALL"}, {PHONES}),
        ({"Call Disposition": "Litigator"}, {PHONES}),
        ({"Status": "Do Not Contact"}, {PHONES, MAILS}),
        ({"Status": "Unsubscribed"}, {MAILS}),
        ({"Name": "Go Ive (DO NOT CALL)"}, {phone(MOBILE)}),
        ({"Phone": f"DNC {MOBILE}"}, {phone(MOBILE)}),
        ({"Phone Type": "Mobile (DNC)"}, {phone(MOBILE)}),
        ({"Pets": "DNC"}, {PHONES}),
        ({"Tags": "hot, dnc"}, {PHONES}),
        ({"Status": "Not called yet"}, set()),
        ({"Status": "Call"}, set()),
        ({"Status": "Not on DNC"}, set()),
        ({"Status": "DNC: No"}, set()),
        ({"Status": "not a litigator"}, set()),
        ({"Pets": "DNC scrubbed"}, set()),
        ({"Pets": "checked against DNC"}, set()),
        ({"List Name": "Texas, DNC removed"}, set()),
        ({"Pets": "Do not disturb the dog"}, set()),
    ],
)
def test_words_in_a_cell_count_where_they_are_clear(
    home: Settings, cells: dict[str, str], channels: set[tuple[str, str | None]]
) -> None:
    row = PERSON | cells
    assert taken(home, row) == channels
    (name, cell), *_ = cells.items()
    assert {flag["said"] for flag in flags(home, row)} <= {f"{name}: {cell}"}
    told = [("flag_cells", name)] if channels else []
    assert [one for one in problems(home, row) if one[0].startswith("flag")] == told


@pytest.mark.parametrize("gap", [" ", "_", "-", "\u00a0", "&nbsp;"])
def test_words_are_found_whatever_stands_between_them(home: Settings, gap: str) -> None:
    assert taken(home, PERSON | {"Disposition": gap.join(["Do", "Not", "Call"])}) == {PHONES}


def test_a_flag_under_a_header_that_no_field_stands_for_is_told(home: Settings) -> None:
    row = PERSON | {"State DNC": "Y", "On DNC Since": "2026-03-05"}
    assert problems(home, row) == [("flag_column", "State DNC"), ("flag_column", "On DNC Since")]


@pytest.mark.parametrize("header", ["Not on DNC", "DNC Scrub Date", "DNC Clean"])
def test_a_header_that_says_the_opposite_takes_nothing_and_is_told(
    home: Settings, header: str
) -> None:
    row = PERSON | {header: "Y"}
    assert (flags(home, row), problems(home, row)) == ([], [("unclear_flag", header)])


def test_odd_headers_and_cells_are_quoted_as_they_stand(home: Settings) -> None:
    header, cell = 'The "State" DNC (\\ .*)', 'on "it" \\ since May'
    assert [flag["said"] for flag in flags(home, PERSON | {header: cell})] == [f"{header}: {cell}"]


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        ({"Name": "Ann Lee", "Email": "ann@example.com", "DNC": "Y"}, ("DNC", "Y")),
        ({"Name": "Ann Lee", "Phone": "", "Email": "ann@example.com", "State DNC": "State"},
         ("State DNC", "State")),
        ({"Name": "Ann Lee", "Phone": "12", "Email": "ann@example.com", "Litigator": "Y"},
         ("Litigator", "Y")),
        ({"Name": "Ann Lee", "Phone 1": MOBILE, "Phone 2": "", "Phone 2 DNC": "Y"},
         ("Phone 2 DNC", "Y")),
        ({"Name": "Ann Lee", "Phone": MOBILE, "Unsubscribed": "Y"}, ("Unsubscribed", "Y")),
    ],
)  # fmt: skip
def test_a_flag_that_met_nothing_is_told(
    home: Settings, row: dict[str, str], lost: tuple[str, str]
) -> None:
    lead = next(iter(a_dry_run(home, row).rows(None)))["contacts"][0]["lead"]
    notes = [note for note in lead["problems"] or [] if note["code"] == "idle_flag"]
    assert notes == [{"field": lost[0], "raw": lost[1], "code": "idle_flag"}]


def test_a_flag_that_met_something_is_no_problem_of_the_row(home: Settings) -> None:
    row = PERSON | {"DNC": "Y", "DND": "Y", "Status": "Do Not Contact"}
    assert next(iter(a_dry_run(home, row).rows(None)))["contacts"][0]["lead"]["problems"] is None
    mail = {"Name": "Ann Lee", "Email": "ann@example.com", "DND": "Y"}
    assert next(iter(a_dry_run(home, mail).rows(None)))["contacts"][0]["lead"]["problems"] is None


def test_flags_that_say_neither_yes_nor_no_are_counted_for_the_file(home: Settings) -> None:
    header = ["Name", "Phone", "DNC", "State DNC"]
    cells = ["Y", "N", "", "State", "who knows", "?!", "2026-03-05", "DNC/Litigator", "true"]
    rows = [[f"Ann {at}", f"202-555-01{at:02}", cell, "N"] for at, cell in enumerate(cells)]
    path = home.home.parent / "list.csv"
    path.write_bytes(csv_file(header, rows))
    told = [p for p in DryRun(path, home).head["file"]["problems"] if "unclear" in p["code"]]
    assert [(p["code"], p["column"]) for p in told] == [("unclear_flag_cells", "DNC")]
    assert told[0]["message"].startswith("DNC: 3 of its cells say neither yes nor no: ")


@pytest.mark.parametrize(
    ("row", "outcome", "reason"),
    [
        (PERSON, "new", None),
        (PERSON | {"DNC": "N"}, "new", None),
        (PERSON | {"DNC": "Y"}, "new", "without +12025550101: {}dnc"),
        (PERSON | {"DND": "Y"}, "suppressed", "{}opted out"),
        (PERSON | {"DNC": "Y", "Unsubscribed": "Y"}, "suppressed",
         "{}dnc, file flag: unsubscribed"),
        (TWO | {"DNC": "Y"}, "suppressed", "{}dnc"),
        (TWO | {"DNC Home": "Y"}, "new", "without +12025550102: {}dnc"),
        ({"Name": "Ann Lee", "Phone": f"{MOBILE} (DNC)"}, "suppressed", "{}dnc"),
        ({"Name": "Ann Lee", "Phone": f"{MOBILE} / {HOME} (DNC)"}, "suppressed", "{}dnc"),
        ({"Name": "Ann Lee", "Email": "ann@example.com", "DNC": "Y"}, "new", None),
    ],
)  # fmt: skip
def test_without_a_database_flagged_people_are_told_as_suppressed(
    home: Settings, row: dict[str, str], outcome: str, reason: str | None
) -> None:
    run = a_dry_run(home, row)
    contact = next(iter(run.rows(None)))["contacts"][0]
    why = reason and reason.format("on the do-not-call list file flag: ")
    assert (contact["outcome"], contact["reason"]) == (outcome, why)
    run = a_dry_run(home, row)
    assert len([*run.rows(0)]) == 0
    assert run.counts["contacts"]["suppressed"] == (outcome == "suppressed")


@pytest.mark.parametrize(
    ("phone_cell", "flagged"),
    [
        (f"{MOBILE} (DNC)", {phone(MOBILE)}),
        (f"{MOBILE} do not call", {phone(MOBILE)}),
        (f"DNC {MOBILE}", {phone(MOBILE)}),
        (f"{MOBILE} / {HOME} (DNC)", {phone(MOBILE), phone(HOME)}),
    ],
)
def test_a_number_with_such_words_behind_it_is_read_and_flagged(
    home: Settings, phone_cell: str, flagged: set[tuple[str, str | None]]
) -> None:
    row = {"Name": "Ann Lee", "Phone": phone_cell, "Phone 2": "202-555-0103"}
    assert taken(home, row) == flagged
    lead = next(iter(a_dry_run(home, row).rows(None)))["contacts"][0]["lead"]
    assert lead["contact_phone_1"] == phone(MOBILE)[1]


def test_a_file_without_flags_has_no_column_of_flags(home: Settings) -> None:
    (line, _) = a_dry_run(home, PERSON).rows(None)
    assert "flags" not in line["contacts"][0]["lead"]

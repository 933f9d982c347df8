"""The dry run without any database: what it tells of a file, and how little of it it holds."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import GeneratorType
from typing import Any

import pytest

from lead_pipeline.choices.reading import Choices
from lead_pipeline.cli.output import as_json
from lead_pipeline.errors import BadFile
from lead_pipeline.imports.documents import preview_json
from lead_pipeline.imports.fill import map_batches
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.ledger import NO_OUTCOMES
from lead_pipeline.reading import OpenedFile, ReadOptions, RowBatch, open_lead_file
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline_tests.making import csv_file
from lead_pipeline_tests.unit.reading.files import write_xlsx, xml_rows

HEADER = ["Full Name", "Email", "Phone", "Pets"]
ROWS = [
    ["ANN LEE", "Ann@Example.com", "202-555-0123", "2"],
    ["", "", "", ""],
    ["Bo Ek", "bo@example.com", "", ""],
    ["Cy Roe", "", "12", "1"],
    ["", "", "", "3"],
]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return read_settings({"LEADS_HOME": str(tmp_path / "home"), "LEADS_MAX_FILE_MB": "1"})


def a_file(folder: Path, content: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return a_file(tmp_path, csv_file(HEADER, ROWS))


def many(count: int) -> bytes:
    return csv_file(HEADER, ([f"Ann Lee {n}", f"ann{n}@example.com", "", ""] for n in range(count)))


def test_a_preview_tells_each_rows_outcome_in_the_order_of_the_file(
    people: Path, home: Settings
) -> None:
    rows = list(DryRun(people, home).rows(None))
    assert [(row["row"], row["outcome"], row["code"]) for row in rows] == [
        (2, "contacts", None),
        (3, "blank", None),
        (4, "contacts", None),
        (5, "rejected", "not_contactable"),
        (6, "rejected", "no_contact"),
    ]
    assert rows[3]["reason"] == "no contact of this row can be called: no valid phone and no email"
    assert rows[4]["cells"] == [None, None, None, "3"]


def test_a_contact_is_shown_with_its_lead_and_what_was_changed(
    people: Path, home: Settings
) -> None:
    (row,) = DryRun(people, home).rows(1)
    (contact,) = row["contacts"]
    assert contact["lead"] == {
        "full_name": "Ann Lee",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone_e164": "+12025550123",
        "phone_number_normalized": "2025550123",
        "contact_phone_1": "+12025550123",
        "contact_email_1": "ann@example.com",
        "extra": {"Pets": "2"},
        "problems": None,
        "tags": [],
    }
    assert {(c["column"], c["raw"], c["clean"]) for c in contact["changes"]} == {
        ("contact_name", "ANN LEE", "Ann Lee"),
        ("contact_email_1", "Ann@Example.com", "ann@example.com"),
        ("contact_phone_1", "202-555-0123", "+12025550123"),
    }


def test_an_invalid_contact_is_shown_as_it_stood_with_the_reason(
    people: Path, home: Settings
) -> None:
    (cy,) = (row for row in DryRun(people, home).rows(None) if row["row"] == 5)
    assert cy["contacts"] == [
        {
            "number": 1,
            "role": "contact",
            "outcome": "invalid",
            "reason": "no valid phone and no email",
            "lead": {
                "full_name": "Cy Roe", "first_name": None, "last_name": None,
                "email": None, "phone_e164": None,
            },
        }
    ]  # fmt: skip


@pytest.mark.parametrize(("most", "shown"), [(0, 0), (1, 1), (4, 4), (99, 5), (None, 5)])
def test_all_rows_are_counted_however_few_are_shown(
    people: Path, home: Settings, most: int | None, shown: int
) -> None:
    run = DryRun(people, home)
    assert len(list(run.rows(most))) == shown
    assert run.counts == {
        "rows": {"contacts": 2, "rejected": 2, "blank": 1},
        "contacts": NO_OUTCOMES | {"new": 2, "invalid": 1},
    }
    assert sum(run.counts["rows"].values()) == run.head["file"]["rows"] == 5


@pytest.mark.parametrize("most", range(8))
def test_the_first_records_are_those_of_all(tmp_path: Path, home: Settings, most: int) -> None:
    uneven = csv_file(HEADER, [*ROWS, ["one cell"], *ROWS[:1]])
    records = b"".join(b'{"Email": "p%d@example.com"}\n' % number for number in range(9))
    for path in (a_file(tmp_path, uneven), a_file(tmp_path, records, "list.ndjson")):
        run = DryRun(path, home)
        assert list(run.rows(most)) == list(DryRun(path, home).rows(None))[:most]
        assert sum(run.counts["rows"].values()) == run.head["file"]["rows"]


def test_the_json_is_the_same_whether_written_in_pieces_or_not(
    people: Path, home: Settings
) -> None:
    run, again = DryRun(people, home), DryRun(people, home)
    written = "".join(preview_json(run, None))
    whole = again.head | {"rows": list(again.rows(None)), "counts": again.counts}
    whole |= {"doubts": again.doubts, "quality": again.quality}
    assert written == as_json(whole) + "\n"


def test_a_file_is_looked_at_without_leaving_anything_behind(
    people: Path, home: Settings, tmp_path: Path
) -> None:
    list(DryRun(people, home).rows(None))
    assert list(tmp_path.iterdir()) == [people]


def test_rows_are_made_one_by_one_as_they_are_asked_for(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of several batches: the second is not touched before the first is used up."""
    monkeypatch.setattr("lead_pipeline.reading.text_source.BLOCK_BYTES", 64 * 1024)
    run = DryRun(a_file(tmp_path, many(10_000)), home)
    given = 0

    def counted(*arguments: Any, **named: Any) -> Iterator[tuple[RowBatch, Any]]:
        nonlocal given
        for batch in map_batches(*arguments, **named):
            given += 1
            yield batch

    monkeypatch.setattr("lead_pipeline.imports.preview.map_batches", counted)
    rows = run.rows(None)
    assert isinstance(rows, GeneratorType)
    assert given == 0
    assert next(rows)["row"] == 2
    assert given == 1
    assert sum(1 for _ in rows) == 9_999
    assert given > 3
    assert run.counts["rows"]["contacts"] == 10_000


def test_a_preview_that_is_left_early_closes_its_file(
    people: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[OpenedFile] = []
    closed: list[OpenedFile] = []

    def watched(path: Path, name: str, options: ReadOptions) -> OpenedFile:
        file = open_lead_file(path, name, options)
        opened.append(file)
        monkeypatch.setattr(file, "close", partial(closed.append, file))
        return file

    monkeypatch.setattr("lead_pipeline.imports.preview.open_lead_file", watched)
    rows = DryRun(people, home).rows(None)
    assert isinstance(rows, GeneratorType)
    next(rows)
    rows.close()
    assert len(opened) == 2
    assert closed == opened


def test_what_only_reading_all_rows_shows_is_told_with_the_file(
    tmp_path: Path, home: Settings
) -> None:
    content = (
        b"List of May,,,\n" + csv_file(HEADER, ROWS[:1] * 50) + b"Zo\xeb Ek,zoe@example.com,,\n"
    )
    valid = csv_file(HEADER, [["Chlo\u00e9", "chloe@example.com", "", ""]] * 9).split(b"\n", 1)[1]
    run = DryRun(a_file(tmp_path, content + valid), home)
    codes = [problem["code"] for problem in run.head["file"]["problems"]]
    assert codes == ["preamble", "damaged_text"]
    assert run.head["file"]["header_row"] == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Full Name,Email\n", "header_only"),
        (b"Full Name,Email\n,\n,\n", "header_only"),
        (b"%PDF-1.7\n1 0 obj\n", "binary"),
        (b"x" * (2**20 + 1), "too_large"),
    ],
)
def test_a_file_that_an_import_would_reject_is_refused_with_the_same_code(
    tmp_path: Path, home: Settings, content: bytes, code: str
) -> None:
    with pytest.raises(BadFile) as refused:
        DryRun(a_file(tmp_path, content), home)
    assert refused.value.code == code


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path, home: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        DryRun(tmp_path / "missing.csv", home)


def test_a_workbook_is_previewed_like_any_file(tmp_path: Path, home: Settings) -> None:
    path = write_xlsx(
        tmp_path / "list.xlsx",
        {"Notes": xml_rows([["nothing"]]), "Leads": xml_rows([HEADER, *ROWS])},
    )
    run = DryRun(path, home, Choices(sheet="Leads"))
    assert [row["outcome"] for row in run.rows(None)] == [
        "contacts", "blank", "contacts", "rejected", "rejected",
    ]  # fmt: skip
    file = run.head["file"]
    assert (file["kind"], file["sheet"], file["encoding"]) == ("xlsx", "Leads", None)
    assert [problem["code"] for problem in file["problems"]] == ["other_sheets"]


def test_choices_and_corrections_hold_for_the_dry_run(tmp_path: Path, home: Settings) -> None:
    path = a_file(tmp_path, "Full Name,Email,Pets\nAnn Lee,ann@example.com,é\n".encode("cp1252"))
    choices = Choices(encoding="cp1251", profile="meta_leads")
    run = DryRun(path, home, choices, overrides=lambda header: {header[2]: "comments"})
    (row,) = run.rows(None)
    assert (run.head["profile"], run.head["columns"][2]["how"]) == ("meta_leads", "override")
    assert row["contacts"][0]["lead"]["comments"] == "й"


def test_the_whole_file_settles_whether_the_day_or_the_month_comes_first(
    tmp_path: Path, home: Settings
) -> None:
    header = ["Email", "last_sales_date"]
    early = [[f"ann{n}@example.com", "03/04/2024"] for n in range(300)]
    path = a_file(tmp_path, csv_file(header, [*early, ["bo@example.com", "25/04/2024"]]))
    (row,) = DryRun(path, home).rows(1)
    assert str(row["contacts"][0]["lead"]["last_sales_date"]) == "2024-04-03"


def test_the_whole_file_settles_which_mark_is_the_decimal_one(
    tmp_path: Path, home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lead_pipeline.reading.text_source.BLOCK_BYTES", 8 * 1024)
    header = ["Email", "market_value"]
    early = [[f"ann{n}@example.com", "1.234"] for n in range(1000)]
    path = a_file(tmp_path, csv_file(header, [*early, ["bo@example.com", "5,50"]]))
    run = DryRun(path, home)
    amounts = [row["contacts"][0]["lead"]["market_value"] for row in run.rows(None)]
    assert [str(amount) for amount in amounts] == ["1234.00"] * 1000 + ["5.50"]
    assert [p["code"] for p in run.head["file"]["problems"]] == ["decimal_comma"]


def test_dates_that_nothing_settles_are_read_as_the_site_says_and_else_marked(
    tmp_path: Path, home: Settings
) -> None:
    header = ["Email", "last_sales_date"]
    path = a_file(tmp_path, csv_file(header, [["ann@example.com", "03/04/2024"]]))

    def read(settings: Settings, **choices: str) -> tuple[str, bool]:
        (row,) = DryRun(path, settings, Choices(**choices)).rows(None)
        lead = row["contacts"][0]["lead"]
        return str(lead["last_sales_date"]), bool(lead["problems"])

    britain = replace(home, date_order="day")
    assert read(home) == ("2024-03-04", True)
    assert read(britain) == ("2024-04-03", False)
    assert read(britain, date_order="month") == ("2024-03-04", False)


def test_the_settings_of_the_site_hold(people: Path, home: Settings, tmp_path: Path) -> None:
    path = a_file(tmp_path, csv_file(["Full Name", "Phone"], [["Ann Lee", "020 7946 0123"]]))
    (row,) = DryRun(path, replace(home, default_region="GB")).rows(None)
    assert row["contacts"][0]["lead"]["phone_e164"] == "+442079460123"


def test_a_column_of_phones_in_which_hardly_any_is_valid_is_doubted(
    tmp_path: Path, home: Settings
) -> None:
    rows = [[f"p{n}@example.com", f"030 23125{n:02}"] for n in range(11)]
    path = a_file(tmp_path, csv_file(["Email", "Telefon"], rows))
    run = DryRun(path, home)
    assert run.doubts == []
    for _ in run.rows(0):
        pass
    (doubt,) = run.doubts
    assert doubt["message"].startswith(
        "Telefon: none of 11 filled cells gave a valid phone (most look like 999 "
    )
    assert as_json([doubt]) in "".join(preview_json(DryRun(path, home), None))
    berlin = DryRun(path, home, Choices(region="DE"))
    assert [row["contacts"][0]["lead"]["phone_e164"] for row in berlin.rows(None)] == [
        f"+493023125{n:02}" for n in range(11)
    ]
    assert berlin.doubts == []

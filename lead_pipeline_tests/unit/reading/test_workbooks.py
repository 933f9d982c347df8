"""Workbooks are read by value, and a hostile one is a refused file, nothing worse."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from lead_pipeline.errors import BadFile
from lead_pipeline.reading import Problem, ReadOptions, open_lead_file, workbooks
from lead_pipeline.reading.workbook_child import cell_text
from lead_pipeline_tests.unit.reading.files import read_file, write_xlsx, xml_rows

LEADS = xml_rows(
    [
        ["Name", "Phone", "Zip", "Created", "Seen", "Score"],
        ["Ava", 2025550123, "02134", (46027, 1), (46027.4375, 2), 1.5],
        [],
        ["Ben", 2025550145.0, "00501", "", "", 0.1],
    ]
)


def test_dates_are_iso_and_whole_numbers_have_no_point(tmp_path: Path) -> None:
    found = read_file(write_xlsx(tmp_path / "list.csv", {"Leads": LEADS}))
    assert (found.layout.kind, found.layout.sheet) == ("xlsx", "Leads")
    assert found.layout.header == ("Name", "Phone", "Zip", "Created", "Seen", "Score")
    assert found.rows == {
        2: ("Ava", "2025550123", "02134", "2026-01-05", "2026-01-05 10:30:00", "1.5"),
        4: ("Ben", "2025550145", "00501", None, None, "0.1"),
    }
    assert found.blank == [3]


OTHER = xml_rows([["Name", "Email"], ["Cleo", "cleo@example.com"], ["Dan", "dan@example.com"]])
COVER = xml_rows([["Leads of May"], ["Made by", "ann@example.com"], ["Rows", 2]])
SHEETS = {"Cover": COVER, "Leads": LEADS, "Other": OTHER}


def others(problems: list[Problem]) -> list[str]:
    return [problem.message for problem in problems if problem.code == "other_sheets"]


def test_a_cover_is_left_out_and_the_list_behind_it_read(tmp_path: Path) -> None:
    for cover in ("", COVER):
        found = read_file(write_xlsx(tmp_path / "x.xlsx", {"Cover": cover, "Leads": LEADS}))
        assert (found.layout.sheet, list(found.rows)) == ("Leads", [2, 4])
        assert others(found.problems) == ["Not imported: the other sheets (Cover)."]


def test_all_sheets_of_people_are_read_each_row_with_its_sheet(tmp_path: Path) -> None:
    found = read_file(write_xlsx(tmp_path / "x.xlsx", SHEETS))
    assert found.layout.sheet is None
    assert found.problems[0].message == (
        "The sheets Leads, Other are read as one list; Sheet says where a row is from."
    )
    assert found.layout.header == (
        "Name", "Phone", "Zip", "Created", "Seen", "Score", "Email", "Sheet",
    )  # fmt: skip
    assert [(n, row[0], row[1], row[6], row[7]) for n, row in found.rows.items()] == [
        (2, "Ava", "2025550123", None, "Leads"),
        (4, "Ben", "2025550145", None, "Leads"),
        (6, "Cleo", None, "cleo@example.com", "Other"),
        (7, "Dan", None, "dan@example.com", "Other"),
    ]
    assert found.blank == [3]
    assert others(found.problems) == ["Not imported: the other sheets (Cover)."]


def test_one_sheet_may_be_named(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", SHEETS)
    found = read_file(file, ReadOptions(sheet="Other"))
    assert list(found.rows.values()) == [("Cleo", "cleo@example.com"), ("Dan", "dan@example.com")]
    assert others(found.problems) == ["Not imported: the other sheets (Cover, Leads)."]
    with pytest.raises(BadFile) as error:
        open_lead_file(file, file.name, ReadOptions(sheet="Missing"))
    assert error.value.code == "no_sheet"


@pytest.mark.parametrize("name", ["DNC", "Do Not Call", "Opt-outs", "Suppression list"])
def test_a_sheet_of_those_who_must_not_be_called_is_no_list_of_leads(
    tmp_path: Path, name: str
) -> None:
    found = read_file(write_xlsx(tmp_path / "x.xlsx", {name: OTHER, "Leads": LEADS}))
    assert found.layout.sheet == "Leads"
    (told,) = others(found.problems)
    assert told.endswith("lead-pipeline dnc load.")


def test_a_list_that_is_loaded_as_one_of_them_is_the_first_sheet_that_has_numbers(
    tmp_path: Path,
) -> None:
    sheets = {"Cover": COVER, "DNC": OTHER, "Leads": LEADS}
    found = read_file(write_xlsx(tmp_path / "x.xlsx", sheets), ReadOptions(one_sheet=True))
    assert found.layout.sheet == "DNC"


def test_the_supplier_s_own_people_are_no_leads(tmp_path: Path) -> None:
    found = read_file(write_xlsx(tmp_path / "x.xlsx", {"Leads": LEADS, "Agents": OTHER}))
    assert found.layout.sheet == "Leads"


def test_a_sheet_beyond_the_limits_does_not_take_the_others_along(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Leads": LEADS, "Far": far_cells()})
    found = read_file(file)
    assert (found.layout.sheet, list(found.rows)) == ("Leads", [2, 4])
    assert others(found.problems) == ["Not imported: the other sheets (Far)."]


def hidden(row: str, number: int) -> str:
    return row.replace(f'<row r="{number}">', f'<row r="{number}" hidden="1">')


def test_hidden_and_filtered_rows_are_imported_and_told_or_left_out_and_told(
    tmp_path: Path,
) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Leads": hidden(LEADS, 4)})
    found = read_file(file)
    assert list(found.rows) == [2, 4]
    assert [(p.code, p.message) for p in found.problems] == [
        ("hidden_rows", ("1 row(s) of the sheet are hidden or filtered out; they were imported as "
         "all others.")),
    ]  # fmt: skip
    found = read_file(file, ReadOptions(hidden_rows="skip"))
    assert (list(found.rows), found.blank) == ([2], [3, 4])
    assert "left out, as settled" in found.problems[0].message


def test_a_formula_without_its_result_is_told(tmp_path: Path) -> None:
    formula = '<c r="C2"><f>A2&amp;B2</f></c><c r="D2"><f>1+1</f><v>2</v></c>'
    rows = xml_rows([["Name", "Email", "Both", "Sum"], ["Ava", "ava@example.com"]])
    rows = rows.removesuffix("</row>") + formula + "</row>"
    found = read_file(write_xlsx(tmp_path / "x.xlsx", {"Leads": rows}))
    assert found.rows == {2: ("Ava", "ava@example.com", None, "2")}
    assert [(p.code, p.row) for p in found.problems] == [("formulas", 2)]


def test_merged_cells_of_two_header_rows_are_joined(tmp_path: Path) -> None:
    rows = xml_rows([
        ["Name", "", "Phone"], ["First", "Last", ""],
        ["Ann", "Dow", 2025550123], ["Bo", "Ray", 2025550124],
    ])  # fmt: skip
    found = read_file(write_xlsx(tmp_path / "x.xlsx", {"Leads": rows}))
    assert found.layout.header == ("Name / First", "Name / Last", "Phone")
    assert list(found.rows) == [3, 4]


def test_digits_that_the_spreadsheet_has_rounded_are_told(tmp_path: Path) -> None:
    rows = xml_rows([["Name", "Card"], ["Ava", 12345678901234567890.0], ["Ben", 999999999999999]])
    found = read_file(write_xlsx(tmp_path / "x.xlsx", {"S": rows}))
    assert found.rows[3] == ("Ben", "999999999999999")
    assert [(p.code, p.row) for p in found.problems] == [("lost_digits", 2)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "TRUE"), (5.0, "5"), (-0.5, "-0.5"), (1e300, "1e+300"), ("x", "x"), (7, "7")],
)
def test_cells_as_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_an_open_document_sheet(tmp_path: Path) -> None:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    row = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in ("Ava", "ava@example.com")
    )
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S"><table:table-row>{row}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = tmp_path / "x.ods"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    found = read_file(file)
    assert (found.layout.kind, found.rows) == ("ods", {1: ("Ava", "ava@example.com")})


def far_cells() -> str:
    far = '<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
    return xml_rows([["Name"]]) + f'<row r="1048576">{far}</row>'


def deep_xml() -> str:
    return '<row r="1"><c r="A1" t="inlineStr">' + "<is>" * 200_000


def bomb() -> str:
    return xml_rows([["Name"]]) + "<!--" + " " * 60_000_000 + "-->"


@pytest.mark.parametrize("hostile", [far_cells, deep_xml, bomb])
def test_a_hostile_workbook_is_a_refused_file(tmp_path: Path, hostile: object) -> None:
    assert callable(hostile)
    file = write_xlsx(tmp_path / "x.xlsx", {"S": hostile()})
    with pytest.raises(BadFile) as error:
        read_file(file)
    assert error.value.code in ("hostile", "unreadable", "empty")


def test_a_workbook_that_takes_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "TIMEOUT_SECONDS", 0)
    with pytest.raises(BadFile) as error:
        read_file(write_xlsx(tmp_path / "x.xlsx", {"S": LEADS}))
    assert error.value.code == "hostile"


def test_a_workbook_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"S": LEADS})
    with pytest.raises(BadFile) as error:
        open_lead_file(file, file.name, ReadOptions(max_bytes=500))
    assert error.value.code == "too_large"


def test_a_damaged_and_an_encrypted_workbook_say_so(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"S": LEADS})
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BadFile) as error:
        open_lead_file(file, file.name)
    assert error.value.code == "unreadable"
    file.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(BadFile) as error:
        open_lead_file(file, file.name)
    assert error.value.code == "encrypted"


def test_what_is_unpacked_lies_in_the_folder_that_was_named(tmp_path: Path) -> None:
    path, scratch = write_xlsx(tmp_path / "list.xlsx", {"Leads": LEADS}), tmp_path / "scratch"
    scratch.mkdir()
    packed = tmp_path / "list.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list.csv", "Name,Phone\nAva,2025550123\n")
    for file in (path, packed):
        opened = open_lead_file(file, file.name, ReadOptions(scratch=scratch))
        assert len(list(scratch.iterdir())) == 1
        opened.close()
        assert list(scratch.iterdir()) == []


PARENT = """
import json, os, subprocess, sys
child = subprocess.Popen([sys.executable, "-I", sys.argv[1]], stdin=subprocess.PIPE)
job = {"path": sys.argv[2], "folder": "/", "sheet": None, "skip_hidden": False,
       "memory": 1 << 31, "seconds": 60, "max_bytes": 1 << 20, "parent": os.getpid()}
child.stdin.write(json.dumps(job).encode())
child.stdin.close()
print(child.pid, flush=True)
child.wait()
"""


def test_who_reads_a_workbook_dies_with_who_asked_for_it(tmp_path: Path) -> None:
    """The workbook is a pipe that nobody writes to: reading it takes for ever."""
    os.mkfifo(pipe := tmp_path / "list.xlsx")
    command = [sys.executable, "-c", PARENT, str(workbooks._CHILD), str(pipe)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        writer = os.open(pipe, os.O_WRONLY)  # returns when it has opened the pipe to read
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=30)
    os.close(writer)
    assert gone == [child]

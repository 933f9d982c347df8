"""Workbooks are read by value, and a hostile one is a refused file, nothing worse."""

import zipfile
from pathlib import Path

import pytest

from lead_pipeline.errors import BadFile
from lead_pipeline.reading import ReadOptions, open_lead_file, workbooks
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


def test_the_first_sheet_with_data_or_the_named_one(tmp_path: Path) -> None:
    other = xml_rows([["Name", "Email"], ["Cleo", "cleo@example.com"]])
    file = write_xlsx(tmp_path / "x.xlsx", {"Cover": "", "Leads": LEADS, "Other": other})
    found = read_file(file)
    assert found.layout.sheet == "Leads"
    assert [p.message for p in found.problems if p.code == "other_sheets"] == [
        "Not imported: the other sheets (Cover, Other)."
    ]
    assert read_file(file, ReadOptions(sheet="Other")).rows == {2: ("Cleo", "cleo@example.com")}
    with pytest.raises(BadFile) as error:
        open_lead_file(file, file.name, ReadOptions(sheet="Missing"))
    assert error.value.code == "no_sheet"


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

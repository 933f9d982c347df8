"""Any file a supplier sends: what is read from it, and that every record is accounted for."""

import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.errors import BadFile, OperatorError
from lead_pipeline.reading import ReadOptions, open_lead_file
from lead_pipeline_tests.unit.reading.files import as_csv, read, read_file

HEADER = ["First Name", "Email", "Phone"]
LEADS = [
    ["Ava", "ava@example.com", "(202) 555-0101"],
    ["Ben", "ben@example.com", "(202) 555-0102"],
    ["Cleo", "cleo@example.com", "(202) 555-0103"],
    ["Dan", "dan@example.com", "(202) 555-0104"],
]
PLAIN = as_csv([HEADER, *LEADS])


def test_a_plain_list(tmp_path: Path) -> None:
    found = read(tmp_path, PLAIN)
    assert found.layout.header == tuple(HEADER)
    assert (found.layout.kind, found.layout.header_row) == ("delimited", 1)
    assert (found.layout.delimiter, found.layout.quote) == (",", '"')
    assert found.rows == {i: tuple(row) for i, row in enumerate(LEADS, 2)}
    assert not found.problems


def test_values_stay_as_they_stand(tmp_path: Path) -> None:
    text = 'id,phone,note\n007, +12025550123 ,"  "\n1.0,=1+1,\n00,NULL,NA\n'
    assert read(tmp_path, text).rows == {
        2: ("007", " +12025550123 ", "  "),
        3: ("1.0", "=1+1", None),
        4: ("00", "NULL", "NA"),
    }


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
     "cp1252", "latin-1", "mac_roman"],
)  # fmt: skip
def test_western_encodings(tmp_path: Path, encoding: str) -> None:
    names = ["José Núñez", "Zoë Müller", "François Lefèvre", "Søren Åberg", "Ana Muñoz"]
    text = as_csv([["name", "email"], *([name, "x@example.com"] for name in names)])
    found = read(tmp_path, text.encode(encoding))
    assert [row[0] for row in found.rows.values()] == names
    assert found.layout.header == ("name", "email")


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("shift_jis", ["山田太郎", "鈴木花子", "サトウ"]),
        ("euc-jp", ["山田太郎", "鈴木花子", "サトウ"]),
        ("gb18030", ["王小明", "李华", "张伟"]),
        ("big5", ["王小明", "李華", "陳大文"]),
        ("euc-kr", ["김철수", "이영희", "박민수"]),
        ("cp1251", ["Иван Петров", "Анна Иванова", "Ольга Смирнова"]),
        ("koi8-r", ["Иван Петров", "Анна Иванова", "Ольга Смирнова"]),
        ("cp1250", ["Łukasz Wójcik", "Małgorzata Dąbrowska", "Żaneta Święs"]),
        ("cp1253", ["Γιώργος Παπαδόπουλος", "Μαρία", "Ελένη"]),
        ("cp1255", ["דוד כהן", "רחל לוי"]),
        ("cp1256", ["محمد علي", "فاطمة"]),
        ("shift_jis", ["スズキ ハナコ", "タナカ", "サトウ タロウ", "ワタナベ", "コバヤシ"]),
    ],
)
def test_other_scripts(tmp_path: Path, encoding: str, names: list[str]) -> None:
    text = as_csv([["name", "email"], *([name, "x@example.com"] for name in names)])
    found = read(tmp_path, text.encode(encoding))
    assert [row[0] for row in found.rows.values()] == names


def test_curly_quotes_and_dashes_of_windows_and_mac(tmp_path: Path) -> None:
    text = "name,note\nAnn O’Brien,“hello” – ok\nBob,it’s fine…\n"
    for encoding in ("cp1252", "mac_roman"):
        found = read(tmp_path, text.encode(encoding))
        assert found.rows == {2: ("Ann O’Brien", "“hello” – ok"), 3: ("Bob", "it’s fine…")}


def test_text_encoded_twice_is_put_right_where_that_is_exact(tmp_path: Path) -> None:
    twice = "José – Müller’s".encode().decode("cp1252", "replace")
    assert "Ã" in twice
    found = read(tmp_path, f"name,note\n{twice},Ã alone\n")
    assert found.rows == {2: ("José – Müller’s", "Ã alone")}
    assert "double_encoded" in found.codes


def test_single_bytes_that_are_not_utf_8_keep_their_row(tmp_path: Path) -> None:
    good = "".join(f"Zoë {i},é\n" for i in range(50))
    found = read(tmp_path, f"name,note\n{good}".encode() + b"Jos\xe9,x\n")
    assert found.rows[52] == ("José", "x")
    assert "damaged_text" in found.codes


def test_single_damaged_bytes_are_no_letters_of_two_bytes(tmp_path: Path) -> None:
    rows = (
        b"opq0000||jip0\xe9sep=;\n||qzm000\xbb\xbf||j\xc3\xa9vu00=03||rqz0004\r\n"
        b'ss007|\xc3\xa9|vuj0008||gow0009\rwsk0010||\xe9asf0011||guv0012|;||p","is0013||lnu0014'
    )
    assert read(tmp_path, rows).layout.encoding == "cp1252"  # and not Big5


def test_nul_bytes_are_taken_out_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, "name,email\nA\0va,a@example.com\0\n")
    assert found.rows == {2: ("Ava", "a@example.com")}
    assert "nul_removed" in found.codes


def test_records_are_numbered_as_they_stand_in_the_file(tmp_path: Path) -> None:
    text = 'name,note\n\nAva,"two\nlines"\n,,\r\nBen,x\rCleo,y\n \n'
    found = read(tmp_path, text)
    assert found.rows == {3: ("Ava", "two\nlines"), 5: ("Ben", "x"), 6: ("Cleo", "y")}
    assert found.blank == [2, 4, 7]


def test_title_rows_and_blank_lines_above_the_header(tmp_path: Path) -> None:
    text = "Leads of January,,\nExported by somebody\n\n" + PLAIN
    found = read(tmp_path, text)
    assert found.layout.header_row == 4
    assert found.blank == [3]
    assert [p.row for p in found.problems if p.code == "preamble"] == [1, 2]
    assert len(found.rows) == 4


def test_the_line_that_states_the_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=;\r\nname;note\r\nAva;a,b\r\n")
    assert found.layout.delimiter == ";"
    assert (found.layout.header_row, found.rows) == (2, {3: ("Ava", "a,b")})
    assert found.records == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "header_row"),
    [
        (PLAIN, 1),
        (as_csv(LEADS), 0),
        ("Ava,ava@example.com,Austin\n", 0),
        ("First Name,Last Name,City\nAva,Stone,Austin\nBen,Field,Waco\nCleo,Stone,Waco\n", 1),
        ("email\nava@example.com\nben@example.com\n", 1),
        ("ava@example.com\nben@example.com\n", 0),
        ("2025550101\n2025550102\n", 0),
        ("Phone 1,Phone 2\n2025550101,2025550102\n", 1),
        ("id,2024,2025\n1,10,20\n2,30,40\n3,50,60\n", 1),
    ],
)
def test_which_record_is_the_header(tmp_path: Path, text: str, header_row: int) -> None:
    assert read(tmp_path, text).layout.header_row == header_row


def test_header_cells_stay_as_they_stand_and_empty_ones_get_a_name(tmp_path: Path) -> None:
    found = read(tmp_path, "Name, Name,,email,\nAva,Stone,x,a@example.com,\n")
    assert found.layout.header == ("Name", " Name", "column 3", "email", "column 5")


def test_rows_with_a_delimiter_at_their_end_that_the_header_lacks(tmp_path: Path) -> None:
    found = read(tmp_path, "name,email\nAva,a@example.com,\nBen,b@example.com,\n")
    assert found.layout.header == ("name", "email", "column 3")
    assert found.rows == {2: ("Ava", "a@example.com", None), 3: ("Ben", "b@example.com", None)}


def test_a_header_repeated_amid_the_rows_is_rejected(tmp_path: Path) -> None:
    found = read(tmp_path, PLAIN + PLAIN)
    assert [(r.number, r.code, r.raw) for r in found.rejected] == [
        (6, "repeated_header", ",".join(HEADER))
    ]
    assert len(found.rows) == 8


def test_a_totals_row_at_the_end_is_no_lead_but_a_company_called_total_is(tmp_path: Path) -> None:
    head = "company,email,phone,spent\nTotal,a@example.com,2025550101,5\nX,,2025550102,7\n"
    found = read(tmp_path, head + "Total,,,12\n\n")
    assert list(found.rows) == [2, 3]
    assert [(r.number, r.code) for r in found.rejected] == [(4, "totals_row")]
    assert not read(tmp_path, head).rejected


def test_ragged_rows_are_filled_up_only_where_no_cell_can_have_moved(tmp_path: Path) -> None:
    text = PLAIN + "Eve,eve@example.com\nFinn,(202) 555-0105\nGus,g@example.com,(202) 555-0106,x\n"
    found = read(tmp_path, text + "Hal,h@example.com,(202) 555-0107,,\n")
    assert found.rows[6] == ("Eve", "eve@example.com", None)
    assert found.rows[9] == ("Hal", "h@example.com", "(202) 555-0107")
    assert [(r.number, r.code, r.raw) for r in found.rejected] == [
        (7, "too_few_cells", "Finn,(202) 555-0105"),
        (8, "too_many_cells", "Gus,g@example.com,(202) 555-0106,x"),
    ]
    assert "short_rows" in found.codes


def test_a_single_row_with_another_delimiter_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, PLAIN + "Eve;eve@example.com;(202) 555-0105\n")
    assert found.rows[6] == ("Eve", "eve@example.com", "(202) 555-0105")
    assert "other_delimiter" in found.codes


@pytest.mark.parametrize("title", ["", "Leads of May\n"])
def test_a_header_with_another_delimiter_is_the_one_that_is_stated(
    tmp_path: Path, title: str
) -> None:
    text = title + PLAIN.replace(",", ";", 2)
    found_out = read(tmp_path, text)
    stated = read(tmp_path, text, ReadOptions(header_row=found_out.layout.header_row))
    assert found_out.layout.header_row == 1 + bool(title)
    assert (stated.layout, stated.rows) == (found_out.layout, found_out.rows)
    none = read(tmp_path, text, ReadOptions(header_row=0))
    assert none.layout.header == ("column 1", "column 2", "column 3")
    assert len(none.rows) == len(found_out.rows) + 1


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(tmp_path: Path) -> None:
    text = PLAIN + '"Eve,eve@example.com,(202) 555-0105\n' + as_csv(LEADS * 500)
    found = read(tmp_path, text)
    assert len(found.rows) == 4 + 1 + 2000
    assert found.rows[6] == ('"Eve', "eve@example.com", "(202) 555-0105")
    assert "unterminated_quote" in found.codes


def test_five_thousand_columns_and_cells_of_a_hundred_thousand_characters(tmp_path: Path) -> None:
    header = [f"field {i}" for i in range(5000)]
    rows = [[f"{row}x{i}" for i in range(5000)] for row in range(3)]
    rows[1][7] = "long, " * 20_000
    found = read(tmp_path, as_csv([header, *rows]))
    assert found.rows == {i: tuple(row) for i, row in enumerate(rows, 2)}


def test_what_a_person_states_is_not_guessed(tmp_path: Path) -> None:
    text = "a|b;c\n1|2;3\n4|5;6\n"
    found = read(tmp_path, text, ReadOptions(delimiter=";", header_row=0))
    assert found.rows == {1: ("a|b", "c"), 2: ("1|2", "3"), 3: ("4|5", "6")}
    found = read(tmp_path, text, ReadOptions(delimiter="|", header_row=2, encoding="latin-1"))
    assert (found.layout.header, found.layout.encoding) == (("1", "2;3"), "iso8859-1")
    with pytest.raises(OperatorError, match="no encoding"):
        read(tmp_path, text, ReadOptions(encoding="nonsense"))


def test_a_header_row_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as error:
        read(tmp_path, PLAIN, ReadOptions(header_row=99))
    assert error.value.code == "header_not_found"


def test_a_few_odd_bytes_are_no_letters_of_two_bytes_each(tmp_path: Path) -> None:
    found = read(tmp_path, b"name,email\n\xe9dith,e@example.com\nZo\xe9dra,z@example.com\n")
    assert found.layout.encoding == "cp1252"
    assert found.rows[2] == ("édith", "e@example.com")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"name,email\n", "header_only"),
        (b"name,email\n,\n\n", "header_only"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "html"),
        (b"\xef\xbb\xbf \n<table><tr><td>Name</td></tr></table>", "html"),
        (b"<?xml version='1.0'?><Workbook></Workbook>", "xml"),
        (b'[{"name": "Ava"}]', "json"),
        (b"%PDF-1.7 ...", "binary"),
        (b"\x89PNG\r\n\x1a\n....", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"a," * 60_000, "too_many_columns"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"PK\x03\x04 cut off", "unreadable"),
        (b"\x1f\x8b\x08\x00 cut off", "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "binary"),
    ],
)
def test_files_that_are_no_list_are_refused_with_a_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(BadFile) as error:
        read(tmp_path, content)
    assert error.value.code == code
    assert error.value.reason.endswith(".")


def test_gz_and_zip_around_one_file(tmp_path: Path) -> None:
    found = read(tmp_path, gzip.compress(PLAIN.encode()))
    assert (found.layout.container, len(found.rows)) == ("gz", 4)
    packed = tmp_path / "packed"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("leads/list.csv", PLAIN)
        archive.writestr("__MACOSX/leads/._list.csv", "x")
    found = read_file(packed)
    assert (found.layout.container, len(found.rows)) == ("zip", 4)


def test_a_container_may_not_unpack_to_more_than_allowed(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as error:
        read(tmp_path, gzip.compress(bytes(10**7)), ReadOptions(max_bytes=10**6))
    assert error.value.code == "too_large"


def test_a_zip_of_several_lists_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", PLAIN)
        archive.writestr("b.csv", PLAIN)
    with pytest.raises(BadFile) as error:
        open_lead_file(packed, packed.name)
    assert error.value.code == "several_files"


def test_lines_of_json_become_rows_with_their_digits(tmp_path: Path) -> None:
    text = (
        '{"id": 12345678901234567890, "name": "Ava", "score": 1.10}\n\n'
        '{"name": "Ben", "tags": ["a", {"b": 1}], "ok": true, "id": null}\nnot json\n[1]\n'
    )
    found = read(tmp_path, text)
    assert (found.layout.kind, found.layout.header_row) == ("ndjson", 0)
    assert found.layout.header == ("id", "name", "score", "tags", "ok")
    assert found.rows == {
        1: ("12345678901234567890", "Ava", "1.10", None, None),
        3: (None, "Ben", None, '["a",{"b":1}]', "true"),
    }
    assert found.blank == [2]
    assert [(r.number, r.code) for r in found.rejected] == [(4, "bad_json"), (5, "bad_json")]


soup = st.lists(
    st.sampled_from(
        ["ava@example.com", "Ava", "2025550123", "é", ",", ",", ";", "|", '"', '""', "\\", "\n",
         "\n", "\r\n", "\r", "\t", " ", "Total", "sep=;", "=", "\0"]
    ),
    max_size=80,
).map("".join)  # fmt: skip


@given(soup, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_every_record_of_any_text_ends_in_exactly_one_place(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    try:
        found = read(tmp_path_factory.getbasetemp(), text.encode(encoding))
    except BadFile:
        return
    assert found.records == list(range(1, len(found.records) + 1))

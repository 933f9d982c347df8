"""The lines of a do-not-call list: which columns count, what a line says, what cannot be read."""

from contextlib import closing
from pathlib import Path

import pytest

from lead_pipeline.errors import BadFile
from lead_pipeline.suppression.lines import Columns, Lines, Rejected, open_list, read_lines

A, B, C = 12025550123, 12025550124, 12025550125


def read(folder: Path, text: str) -> tuple[Columns, list[Lines]]:
    path = folder / "list"
    path.write_text(text, encoding="utf-8")
    with closing(open_list(path)) as file:
        columns, pieces = read_lines(file, "US")
        return columns, list(pieces)


def entries(pieces: list[Lines]) -> list[tuple[int, int | str, str]]:
    """Line, number or address, and whether it comes or goes."""
    found = [
        (row["line"], row["number"] or row["email_key"], "-" if row["removed"] else "+")
        for piece in pieces
        for row in piece.entries.to_pylist()
    ]
    return sorted(found, key=lambda entry: (entry[0], str(entry[1])))


def rejected(pieces: list[Lines]) -> list[Rejected]:
    return [one for piece in pieces for one in piece.rejected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025550123\n2025550124\n", [(1, A, "+"), (2, B, "+")]),
        ("2025550123", [(1, A, "+")]),
        ("+12025550123\n+12025550124\n", [(1, A, "+"), (2, B, "+")]),
        ("202,5550123\n202,5550124\n", [(1, A, "+"), (2, B, "+")]),
        ("202,555-0123\n", [(1, A, "+")]),
        ("202\t5550123\n202\t5550124\n", [(1, A, "+"), (2, B, "+")]),
        ("area code,number\n202,5550123\n202,5550124\n", [(2, A, "+"), (3, B, "+")]),
        ("phone\n2025550123\n2025550124\n", [(2, A, "+"), (3, B, "+")]),
        ("Name,Cell Phone,Added\nAnn,2025550123,2026-01-02\n", [(2, A, "+")]),
        ("tn,x,email\n2025550123,7,\n,8,bo@example.com\n",
         [(2, A, "+"), (3, "bo@example.com", "+")]),
        ("phone 1,phone 2\n2025550123,2025550124\n", [(2, A, "+"), (2, B, "+")]),
        ("phone\n2025550123 / 2025550124\n", [(2, A, "+"), (2, B, "+")]),
        ("2025550123 / 2025550124\n2025550125\n", [(1, A, "+"), (1, B, "+"), (2, C, "+")]),
        ("2025550123 / 2025550124\n", [(1, A, "+"), (1, B, "+")]),
        ("202-555-0123 (asked 3 May)\n2025550124\n", [(1, A, "+"), (2, B, "+")]),
        ("202-555-0123 (asked 3 May)\n", [(1, A, "+")]),
        ("Ann: 202-555-0123\n2025550124\n", [(1, A, "+"), (2, B, "+")]),
        ("(202) 555-0123 asked,Ann\n202-555-0124,Bo\n", [(1, A, "+"), (2, B, "+")]),
        ("email\nAnn@Example.com\n", [(2, "ann@example.com", "+")]),
        ("ann@example.com; bo@example.com\ncy@example.com\n",
         [(1, "ann@example.com", "+"), (1, "bo@example.com", "+"), (2, "cy@example.com", "+")]),
        ("email\nann@example.com or bo@example.com\n",
         [(2, "ann@example.com", "+"), (2, "bo@example.com", "+")]),
        ("ann@example.com (asked 3 May)\n", [(1, "ann@example.com", "+")]),
        ("phone,email\n2025550123,ann@example.com\n,bo@example.com\n",
         [(2, A, "+"), (2, "ann@example.com", "+"), (3, "bo@example.com", "+")]),
    ],
)  # fmt: skip
def test_ways_to_write_a_list(
    tmp_path: Path, text: str, expected: list[tuple[int, int | str, str]]
) -> None:
    _, pieces = read(tmp_path, text)
    assert sorted(entries(pieces), key=str) == sorted(expected, key=str)
    assert rejected(pieces) == []


@pytest.mark.parametrize(
    "text",
    [
        "2025550123,A\n2025550124,D\n",
        "202,5550123,2026-01-02T10:00:00,A\n202,5550124,2026-01-02T10:00:00,D\n",
        "phone,action\n2025550123,add\n2025550124,Delete\n",
        "Change Type,Phone\n+,2025550123\n-,2025550124\n",
    ],
)
def test_ways_to_write_a_change_list(tmp_path: Path, text: str) -> None:
    columns, pieces = read(tmp_path, text)
    assert columns.action is not None
    assert [(value, sign) for _, value, sign in entries(pieces)] == [(A, "+"), (B, "-")]


def test_a_column_under_a_header_of_its_own_is_no_action(tmp_path: Path) -> None:
    columns, pieces = read(tmp_path, "phone,grade\n2025550123,A\n2025550124,D\n")
    assert columns.action is None
    assert [sign for _, _, sign in entries(pieces)] == ["+", "+"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("202,5550123\nxxx,5550125\n202,5550124\n", [(1, A, "+"), (3, B, "+")]),
        ("2025550123,A\n2025550125,X\n2025550124,D\n", [(1, A, "+"), (3, B, "-")]),
        ("2025550123\nhello\n2025550124\n", [(1, A, "+"), (3, B, "+")]),
    ],
)
def test_an_error_among_the_first_lines_does_not_change_how_the_others_are_read(
    tmp_path: Path, text: str, expected: list[tuple[int, int | str, str]]
) -> None:
    _, pieces = read(tmp_path, text)
    assert entries(pieces) == expected
    assert [one.line for one in rejected(pieces)] == [2]


def test_a_line_that_cannot_be_read_is_told_with_its_number_and_text(tmp_path: Path) -> None:
    text = "phone,email,action\n2025550123,,A\n12,,A\n,ann@,D\n,,A\n2025550124,,maybe\n"
    text = text.replace("action\n", "action\n" + "2025550199,,A\n" * 200)
    _, pieces = read(tmp_path, text)
    assert rejected(pieces) == [
        Rejected(203, "no valid phone number", "12,,A"),
        Rejected(204, "no valid mail address", ",ann@,D"),
        Rejected(205, "neither a number nor an address", ",,A"),
        Rejected(206, "neither added nor removed", "2025550124,,maybe"),
    ]
    assert entries(pieces)[200:] == [(202, A, "+")]
    assert sum(piece.count for piece in pieces) == 205


def test_what_could_be_read_of_a_line_counts_and_what_could_not_is_told(tmp_path: Path) -> None:
    _, pieces = read(
        tmp_path, "phone\n2025550123 and 2025550124 both asked\n2025550123, 555-0124\n"
    )
    assert {number for _, number, _ in entries(pieces)} == {A, B}
    assert [one.reason for one in rejected(pieces)] == ["one of its numbers is not valid"]


def test_a_record_that_the_reader_refuses_is_told_too(tmp_path: Path) -> None:
    lines = (
        ["phone,name,added"] + ["2025550123,Ann,2026-01-02"] * 5 + ["1,2,3,4,5", "2025550124,Bo,"]
    )
    _, pieces = read(tmp_path, "\n".join(lines))
    assert [one.line for one in rejected(pieces)] == [7]
    assert sum(piece.count for piece in pieces) == 7


@pytest.mark.parametrize("text", ["name,city\nAnn,Rome\n", "a,b,c\n1,2,3\n"])
def test_a_file_without_numbers_is_refused_with_what_to_send(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile, match="looks like phone numbers or mail addresses"):
        read(tmp_path, text)


def test_a_long_file_comes_in_pieces_of_bounded_size(tmp_path: Path) -> None:
    numbers = [2025550000 + i for i in range(150_000)]
    _, pieces = read(tmp_path, "\n".join(map(str, numbers)))
    assert [piece.count for piece in pieces] == [65536, 65536, 18928]
    assert [n for _, n, _ in entries(pieces)] == [10_000_000_000 + n for n in numbers]

"""Lists whose lines are quoted once more as a whole."""

from pathlib import Path

import pytest

from lead_pipeline_tests.unit.reading.files import as_csv, read

TABLE = [
    ["name", "email", "notes"],
    ["Lee, Ann", "ann@example.com", 'said "no"'],
    ["Bo Ek", "bo@example.com", "one\ntwo"],
    ["Cy Roe", "cy@example.com", ""],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=repr)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("bare_header", [False, True])
def test_the_quotes_around_lines_are_taken_off(
    tmp_path: Path, delimiter: str, line_end: str, bare_header: bool
) -> None:
    lines = [as_csv([row], delimiter).removesuffix("\n") for row in TABLE]
    text = as_csv([[line] for line in lines], "\x00", line_end=line_end, quote_all=True)
    if bare_header:
        text = lines[0] + line_end + text.split(line_end, 1)[1]
    found = read(tmp_path, text)
    assert (found.layout.delimiter, found.layout.header) == (delimiter, tuple(TABLE[0]))
    assert [[cell or "" for cell in row] for row in found.rows.values()] == TABLE[1:]
    assert found.codes == {"wrapped_lines"}


def test_a_line_that_holds_several_is_rejected_as_it_stands(tmp_path: Path) -> None:
    text = '"name,email"\n"Ann,ann@example.com"\n"Bo,bo@example.com\nCy,cy@example.com"\n'
    found = read(tmp_path, text)
    assert list(found.rows.values()) == [("Ann", "ann@example.com")]
    (rejected,) = found.rejected
    assert rejected.raw == '"Bo,bo@example.com\nCy,cy@example.com"'


@pytest.mark.parametrize(
    "lines",
    [
        ["address", "12 Main St, Austin, TX", "13 Main St, Austin, TX"],
        ["name", "Ann", "Bo"],
        ["Name, address and phone", "Ann, 12 Main St, 2025550123", "Bo, 13 Main St"],
    ],
)
def test_a_column_of_quoted_text_is_one(tmp_path: Path, lines: list[str]) -> None:
    found = read(tmp_path, "".join(f'"{line}"\n' for line in lines))
    assert (found.layout.delimiter, found.layout.header) == (None, (lines[0],))
    assert list(found.rows.values()) == [(line,) for line in lines[1:]]

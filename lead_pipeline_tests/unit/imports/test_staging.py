"""Between a file's columns and the staging table's: nothing is lost, nothing is changed."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.model import ColumnMatch, Mapping
from lead_pipeline.imports.staging import extra_keys, raw_cells, stage
from lead_pipeline.reading import RowBatch


def matches(*columns: tuple[str, str | None]) -> tuple[ColumnMatch, ...]:
    return tuple(
        ColumnMatch(at, header, field, 1.0, "alias" if field else "none")
        for at, (header, field) in enumerate(columns)
    )


def a_batch(width: int, rows: list[list[str | None]]) -> RowBatch:
    columns = [pa.array([row[at] for row in rows], pa.string()) for at in range(width)]
    cells = pa.record_batch(columns, names=[str(at) for at in range(width)])
    return RowBatch(cells, pa.array(range(2, len(rows) + 2), pa.int64()))


def staged(columns: tuple[ColumnMatch, ...], rows: list[list[str | None]]) -> pa.Table:
    return stage(a_batch(len(columns), rows), Mapping(profiles()["generic"], columns))


def test_a_known_column_feeds_its_field_and_the_rest_stands_in_extra() -> None:
    columns = matches(("Name", "full_name"), ("Roof age", None), ("Pets", None))
    table = staged(columns, [["Ann Lee", "12", "dog"], ["Bo Ek", None, None], [None, "3", None]])
    assert table.to_pylist() == [
        {"row_number": 2, "full_name": "Ann Lee", "extra": '{"Roof age":"12","Pets":"dog"}'},
        {"row_number": 3, "full_name": "Bo Ek", "extra": None},
        {"row_number": 4, "full_name": None, "extra": '{"Roof age":"3"}'},
    ]


def test_raw_values_are_not_touched() -> None:
    columns = matches(("Phone", "phone_1"), ("Zip", "postal_code"), ("Ref", None))
    table = staged(columns, [["  +1 (202) 555-0123 ", "00501", " 007\t"]])
    assert table.to_pylist() == [
        {
            "row_number": 2,
            "phone_1": "  +1 (202) 555-0123 ",
            "postal_code": "00501",
            "extra": '{"Ref":" 007\\t"}',
        }
    ]


def test_a_header_that_stands_there_twice_keeps_both_values_apart() -> None:
    columns = matches(("Note", None), ("Note", None), ("Email", "email"), ("Note", None))
    assert extra_keys(columns) == {0: "Note", 1: "Note (2)", 3: "Note (3)"}
    table = staged(columns, [["a", "b", "ann@example.com", "c"]])
    assert json.loads(table["extra"][0].as_py()) == {"Note": "a", "Note (2)": "b", "Note (3)": "c"}


def test_a_mapped_twin_counts_in_the_numbering() -> None:
    columns = matches(("Email", "email"), ("Email", None))
    assert extra_keys(columns) == {1: "Email (2)"}


def test_a_header_that_looks_like_a_number_of_another_does_not_swallow_it() -> None:
    columns = matches(("Note", None), ("Note (2)", None), ("Note", None))
    keys = extra_keys(columns)
    assert len(set(keys.values())) == 3


def test_a_file_whose_columns_are_all_known_has_no_extra() -> None:
    table = staged(matches(("Email", "email")), [["ann@example.com"], [None]])
    assert table["extra"].to_pylist() == [None, None]


def test_no_rows_are_no_rows() -> None:
    table = staged(matches(("Email", "email"), ("Roof age", None)), [])
    assert (table.num_rows, table.column_names) == (0, ["row_number", "email", "extra"])


# PostgreSQL's text holds every character but NUL, and reading replaces that one.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
NASTY = ['"', "\\", '\\"', "\n", "\r\n", "\x01", "\x1f", "\x7f", "null", "{}", "'"]
CELL = st.none() | TEXT | st.sampled_from(NASTY)
HEADER = st.sampled_from(
    ["Note", "Note (2)", "note", 'The "best"', "", " ", "a\nb", "\\", "ä", "\x01"]
)
FIELDS = ("email", "full_name", "phone_1")


@st.composite
def files(draw: st.DrawFn) -> tuple[tuple[ColumnMatch, ...], list[list[str | None]]]:
    free: list[str] = draw(st.permutations(FIELDS))
    headers: list[str] = draw(st.lists(HEADER, min_size=1, max_size=7))
    known: set[int] = draw(st.sets(st.integers(0, len(headers) - 1), max_size=len(free)))
    columns = matches(
        *((header, free.pop() if at in known else None) for at, header in enumerate(headers))
    )
    width = len(headers)
    rows = draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=5))
    return columns, rows


@given(files())
def test_the_raw_cells_come_back_as_they_were(
    file: tuple[tuple[ColumnMatch, ...], list[list[str | None]]],
) -> None:
    columns, rows = file
    table = staged(columns, rows)
    everything = pa.array(range(len(rows)), pa.int64())
    raw = raw_cells(table, everything, columns).to_pylist()
    assert raw == [json.dumps(row, ensure_ascii=False) for row in rows]


@given(files())
def test_extra_is_always_json_of_the_cells_that_are_not_empty(
    file: tuple[tuple[ColumnMatch, ...], list[list[str | None]]],
) -> None:
    columns, rows = file
    keys = extra_keys(columns)
    for text, row in zip(staged(columns, rows)["extra"].to_pylist(), rows, strict=True):
        kept = {keys[at]: row[at] for at in keys if row[at] is not None}
        assert (json.loads(text) if text else {}) == kept

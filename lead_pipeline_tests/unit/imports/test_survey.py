"""What one pass over a file tells: counts, conventions, the columns as the ledger keeps them."""

from dataclasses import replace

import pyarrow as pa
import pytest

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.imports.survey import Survey
from lead_pipeline.reading import Layout, Problem, RejectedRow, RowBatch

HEADER = ("Email", "Roof age", "last_sales_date")
MAPPING = map_columns(HEADER)


def a_batch(*dates: str | None, blank: tuple[int, ...] = (), bad: tuple[int, ...] = ()) -> RowBatch:
    columns = [["a@example.com"] * len(dates), [None] * len(dates), list(dates)]
    return RowBatch(
        pa.record_batch([pa.array(c, pa.string()) for c in columns], names=["0", "1", "2"]),
        pa.array(range(2, 2 + len(dates)), pa.int64()),
        tuple(RejectedRow(n, "too_many_cells", "It has too many cells.", "a,b") for n in bad),
        blank,
    )


def surveyed(*batches: RowBatch) -> Survey:
    survey = Survey(Layout("delimited", HEADER, 1, encoding="utf-8", delimiter=","))
    for batch in batches:
        survey.add(batch, MAPPING)
    return survey


def test_every_record_is_counted_once_in_its_place() -> None:
    survey = surveyed(a_batch("2026-05-01", blank=(3, 4), bad=(5,)), a_batch(None, None, bad=(8,)))
    assert (survey.rows_read, survey.rows_blank, survey.rows_rejected) == (7, 2, 2)


def test_the_ledger_gets_each_column_with_its_key_in_extra_and_its_conventions() -> None:
    columns = surveyed(a_batch("03/04/2026"), a_batch("13/04/2026")).columns()
    assert [
        (c["header"], c["field"], c["extra_key"], c["order"], c["order_by"], c["decimal"])
        for c in columns
    ] == [
        ("Email", "email", None, None, None, None),
        ("Roof age", None, "Roof age", None, None, None),
        ("last_sales_date", "last_sales_date", None, "day_first", "evidence", None),
    ]


def test_the_layout_tells_what_reading_mapping_and_settling_showed() -> None:
    noted = replace(a_batch("03/04/2026"), problems=(Problem("short_rows", "Short."),))
    mapping = map_columns(HEADER, overrides={"Roof age": "roof_colour"})
    survey = Survey(Layout("delimited", HEADER, 1, problems=(Problem("preamble", "Above."),)))
    survey.add(noted, mapping)
    assert [(p.code, p.column) for p in survey.layout.problems] == [
        ("preamble", None),
        ("short_rows", None),
        ("stale_correction", "Roof age"),
        ("date_order", "last_sales_date"),
    ]


def test_a_file_with_nothing_but_blank_records_is_refused() -> None:
    with pytest.raises(BadFile) as caught:
        surveyed(a_batch(blank=(2, 3))).require_rows()
    assert caught.value.code == "header_only"


def test_a_file_without_any_batch_is_refused() -> None:
    survey = surveyed()
    with pytest.raises(BadFile, match="no rows"):
        survey.require_rows()
    with pytest.raises(BadFile, match="no rows"):
        _ = survey.mapping


def test_a_file_of_unreadable_records_only_is_not_empty() -> None:
    surveyed(a_batch(bad=(2,))).require_rows()


def test_the_log_line_holds_counts_and_headers_but_no_cell() -> None:
    survey = surveyed(a_batch("2026-05-01", blank=(3,), bad=(4,)))
    assert survey.summary() == (
        "delimited, utf-8, profile generic: 3 rows (1 blank, 1 unreadable), "
        "2 of 3 columns mapped, kept in extra: Roof age"
    )

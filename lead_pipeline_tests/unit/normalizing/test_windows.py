"""Which days are plausible for which field, and what becomes of the others."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind
from lead_pipeline.normalizing.normalize import clean_column
from lead_pipeline.normalizing.windows import _AHEAD, _BIRTHS, _PROPERTY, window_of

TODAY = date(2026, 11, 27)
BORN, SENT, SOLD, DUE = "date_of_birth", "submission_timestamp", "last_sales_date", "maturity_date"


def cleaned(field: str, *cells: str) -> tuple[list[Any], list[str | None]]:
    found = clean_column(
        fields()[field], pa.array(cells), region="US", zone="UTC", order=None, today=TODAY
    )
    return found.values.to_pylist(), found.problems.to_pylist()


@pytest.mark.parametrize(
    ("field", "cell", "day"),
    [
        (BORN, "10/21/68", date(1968, 10, 21)),
        (BORN, "10/21/30", date(1930, 10, 21)),
        (BORN, "21-Oct-45", date(1945, 10, 21)),
        (BORN, "21.10.68", date(1968, 10, 21)),
        (BORN, "10/21/99", date(1999, 10, 21)),
        (BORN, "10/21/05", date(2005, 10, 21)),
        (SOLD, "10/21/45", date(1945, 10, 21)),
        (SOLD, "10/21/19", date(2019, 10, 21)),
        (DUE, "10/21/56", date(2056, 10, 21)),
    ],
)
def test_a_year_of_two_digits_is_of_the_century_that_is_plausible(
    field: str, cell: str, day: date
) -> None:
    assert cleaned(field, cell) == ([day], [None])


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        (BORN, "2030-01-01"),
        (BORN, "11/28/2026"),
        (BORN, "1900-01-01"),
        (BORN, "0001-01-01"),
        (BORN, "01/01/1901"),
        (BORN, "60000"),
        (SENT, "2027-03-04T10:00:00Z"),
        (SENT, "1970-01-01"),
        (SENT, "1899-12-30"),
        (SOLD, "2031-05-06"),
        (DUE, "0000-00-00"),
    ],
)
def test_a_day_that_cannot_be_is_no_value_and_said(field: str, cell: str) -> None:
    (value,), (problem,) = cleaned(field, cell)
    assert value is None
    assert problem == ("not_a_date" if cell.startswith("0000") else "implausible_date")


def test_what_is_plausible_beside_it_stays() -> None:
    assert cleaned(BORN, "2030-01-01", "1968-10-21") == (
        [None, date(1968, 10, 21)], ["implausible_date", None],
    )  # fmt: skip


def test_serials_of_a_spreadsheet_among_dates_are_read_and_told() -> None:
    assert cleaned(SOLD, "03/15/2023", "45000", "45001.75", "soon", "99999") == (
        [date(2023, 3, 15), date(2023, 3, 15), date(2023, 3, 16), None, None],
        [None, "serial_date", "serial_date", "not_a_date", "not_a_date"],
    )
    moments, problems = cleaned(SENT, "2023-03-15 10:00", "45000.5")
    assert moments[1] == datetime(2023, 3, 15, 12, tzinfo=UTC)
    assert problems == [None, "serial_date"]
    assert cleaned(BORN, "10/21/1968", "25132") == (
        [date(1968, 10, 21), date(1968, 10, 21)], [None, "serial_date"],
    )  # fmt: skip


def test_what_lies_ahead_may_lie_ahead() -> None:
    assert cleaned("next_followup_at", "2027-03-04")[1] == [None]
    assert cleaned(DUE, "2056-10-21")[1] == [None]


def test_tomorrow_has_come_in_other_time_zones_but_nobody_is_born_in_it() -> None:
    assert cleaned(SENT, "2026-11-28T01:00:00Z")[1] == [None]
    assert cleaned(BORN, "2026-11-28")[1] == ["implausible_date"]


def test_every_field_that_is_named_is_one_of_dates() -> None:
    dated = {f.name for f in fields().values() if f.kind in (Kind.DATE, Kind.TIMESTAMP)}
    assert dated >= _BIRTHS | _PROPERTY | _AHEAD
    assert window_of(BORN, date(2024, 2, 29)).first == date(1904, 2, 28)


@given(st.dates(date(1907, 1, 1), TODAY), st.sampled_from(["%m/%d/%y", "%d-%b-%y", "%d.%m.%y"]))
def test_no_birth_of_two_digits_is_in_the_future(day: date, form: str) -> None:
    (value,), _ = cleaned(BORN, day.strftime(form))
    if value is not None:
        assert TODAY - timedelta(days=121 * 366) < value <= TODAY
        assert (value.year - day.year) % 100 == 0

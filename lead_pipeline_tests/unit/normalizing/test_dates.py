"""Dates and timestamps in the forms that exports, spreadsheets and people write."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.normalizing.date_order import DateOrder, OrderEvidence, detect_order
from lead_pipeline.normalizing.dates import normalize_dates, normalize_timestamps

DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def dates(*cells: str | None, order: DateOrder | None = None) -> list[date | None]:
    values: list[date | None] = normalize_dates(
        pa.array(cells, pa.string()), order
    ).values.to_pylist()
    return values


def moments(*cells: str | None, zone: str = "UTC") -> list[datetime | None]:
    values: list[datetime | None] = normalize_timestamps(
        pa.array(cells, pa.string()), zone
    ).values.to_pylist()
    return values


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-23", "2026/11/23", "20261123", "11/23/2026", "23/11/2026", "11-23-26",
        "23.11.2026", "23. 11. 2026", "23.11.26", "November 23, 2026", "Nov 23rd 2026",
        "Nov. 23, 2026", "23 Nov 2026", "23-Nov-26", "2026-Nov-23", "Mon, 23 Nov 2026",
        "23 de noviembre de 2026",
        "23. November 2026", "23 novembre 2026", "2026-11-23T15:15:02+0000", "11/23/2026 3:15 PM",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_form(cell: str) -> None:
    cleaned = normalize_dates(pa.array([cell]))

    assert cleaned.values.to_pylist() == [date(2026, 11, 23)]
    assert cleaned.problems.to_pylist() == [None]


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "29/02/2025", "2026-13-01", "0000-00-00", "soon", "2026", "9:15", "45000",
     "2026-11-23 25:00", "2026-11-23 13:00 pm", "2026-11-23 15:15:02 XYZ", "13/13/2026"],
)  # fmt: skip
def test_what_is_no_date_is_refused(cell: str) -> None:
    for normalize in (normalize_dates, normalize_timestamps):
        cleaned = normalize(pa.array([cell, "12/31/2026"]))

        assert cleaned.values.is_null().to_pylist() == [True, False]
        assert cleaned.problems.to_pylist() == ["not_a_date", None]


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026-11-03T15:15:02+0000", "15:15:02"),
        ("2026-11-03T15:15:02.123Z", "15:15:02.123"),
        ("2026-11-03T15:15:02+05:30", "09:45:02"),
        ("2026-11-03 15:15", "15:15"),
        ("11/3/2026 3:15 PM", "15:15"),
        ("11/3/2026, 12:05:02 am", "00:05:02"),
        ("Nov 3 2026 at 3pm", "15:00"),
        ("Tue, 03 Nov 2026 15:15:02 -0500", "20:15:02"),
        ("Tue Nov 03 2026 15:15:02 GMT+0530 (India Standard Time)", "09:45:02"),
        ("2026-11-03 15:15:02 EST", "20:15:02"),
        ("20261103T151502Z", "15:15:02"),
        ("1793718902000", "15:15:02"),
        ("1793718902", "15:15:02"),
        ("1793718902.0", "15:15:02"),
        ("03.11.2026", "00:00"),
        ("03.11.2026 15:15 Uhr", "15:15"),
        ("3 novembre 2026 15h15", "15:15"),
    ],
)
def test_a_moment_is_read_with_its_offset(cell: str, utc: str) -> None:
    assert moments(cell) == [datetime.fromisoformat(f"2026-11-03T{utc}+00:00")]


def test_a_clock_without_an_offset_is_that_of_the_zone() -> None:
    zone = "America/New_York"
    summer = datetime(2026, 7, 1, 16, tzinfo=UTC)

    assert moments("2026-07-01 12:00", zone=zone) == [summer]
    assert moments("7/1/2026 12:00 PM", zone=zone) == [summer]
    assert moments("2026-07-01T16:00Z", "2026-07-01 12:00", zone=zone) == [summer, summer]
    assert moments("2026-11-01 01:30", zone=zone) == [datetime(2026, 11, 1, 5, 30, tzinfo=UTC)]


def test_a_column_of_spreadsheet_serials_is_read_as_such() -> None:
    assert dates("45000", None, "45001.75") == [date(2023, 3, 15), None, date(2023, 3, 16)]
    assert moments("45000.5") == [datetime(2023, 3, 15, 12, tzinfo=UTC)]


def test_what_stands_beside_a_date_does_not_settle_its_order() -> None:
    """It would depend on which values come in one batch: the whole file settles it beforehand."""
    assert dates("03/04/2026", "25/12/2026") == [date(2026, 3, 4), date(2026, 12, 25)]


def test_a_given_order_settles_what_could_be_both_and_refuses_nothing() -> None:
    cells = ("03/04/2026", "12/25/2026")

    assert dates(*cells, order=DateOrder.DAY_FIRST) == [date(2026, 4, 3), date(2026, 12, 25)]


def test_without_an_order_the_month_comes_first_and_the_doubt_is_told() -> None:
    cleaned = normalize_dates(pa.array(["03/04/2026", "05/05/2026", None]))

    assert cleaned.values.to_pylist() == [date(2026, 3, 4), date(2026, 5, 5), None]
    assert cleaned.problems.to_pylist() == ["ambiguous_date", None, None]


def test_the_evidence_of_batches_adds_up() -> None:
    first = detect_order(pa.array(["03/04/2026", "05/06/26 10:00", "Mon, 07/08/2026", None]))
    assert (first, first.order) == (OrderEvidence(ambiguous=3), None)

    second = detect_order(pa.array(["25/12/2026", "25/12/2026", "03.04.2026", None]))
    assert (second, second.order) == (OrderEvidence(day_first=1), DateOrder.DAY_FIRST)

    assert (first + second).order == DateOrder.DAY_FIRST
    assert (second + OrderEvidence(month_first=1)).order is None


@pytest.mark.parametrize("order", DateOrder)
def test_an_order_is_stated_by_the_part_that_comes_first(order: DateOrder) -> None:
    assert order.part in ("month", "day")
    assert DateOrder.stated(order.part) is order


@pytest.mark.parametrize(("year", "full"), [("69", 1969), ("99", 1999), ("00", 2000), ("68", 2068)])
def test_years_of_two_digits_follow_posix(year: str, full: int) -> None:
    assert dates(f"12/31/{year}") == [date(full, 12, 31)]


@given(
    st.lists(DAYS, min_size=1, max_size=5),
    st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%d-%b-%y"]),
)
def test_a_date_survives_being_written(days: list[date], form: str) -> None:
    written = [day.strftime(form) for day in days]

    assert dates(*written, order=DateOrder.MONTH_FIRST) == days


@given(
    st.lists(MOMENTS, min_size=1, max_size=5),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S.%f%z", "%m/%d/%Y %I:%M:%S.%f %p", "%d %b %Y %H:%M:%S.%f"]),
)
def test_a_moment_survives_being_written(times: list[datetime], form: str) -> None:
    cells = pa.array([moment.strftime(form) for moment in times])

    values = normalize_timestamps(cells, "UTC", DateOrder.MONTH_FIRST).values
    assert values.to_pylist() == times


@given(st.lists(MOMENTS, min_size=1, max_size=5))
def test_the_quick_and_the_thorough_reading_agree(times: list[datetime]) -> None:
    cells = [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in times]

    quick = moments(*cells, zone="America/Denver")
    thorough = moments(*cells, "no date", zone="America/Denver")
    assert quick == thorough[:-1]


@given(st.lists(st.none() | st.text("0123456789/-.: TZapm+", max_size=22), max_size=6))
def test_any_text_gives_a_value_or_a_reason(cells: list[str | None]) -> None:
    for normalize in (normalize_dates, normalize_timestamps):
        cleaned = normalize(pa.array(cells, pa.string()))

        assert len(cleaned.values) == len(cleaned.problems) == len(cells)
        cleaned.values.validate(full=True)

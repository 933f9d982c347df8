"""Every kind of field finds its normaliser, and each keeps the shape of the column."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from lead_pipeline.fields.model import Field, Kind, Level
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.normalize import clean_column

TYPES = {
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", "UTC"),
    Kind.MONEY: pa.decimal128(18, 2),
    Kind.NUMBER: pa.decimal128(24, 6),
    Kind.INTEGER: pa.int64(),
    Kind.BOOLEAN: pa.bool_(),
}


def cleaned(kind: Kind, cells: pa.StringArray) -> Cleaned:
    field = Field("some_field", kind, Level.ROW, "")
    return clean_column(field, cells, region="US", zone="UTC", order=None)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Kind.TEXT, " a  b ", "a b"),
        (Kind.ID, '="007"', "007"),
        (Kind.ID, " l:00123456789 ", "00123456789"),
        (Kind.ID, "ag:77", "77"),
        (Kind.ID, "a:1234567", "1234567"),
        (Kind.ID, "a:1", "a:1"),
        (Kind.ID, "a:7f", "a:7f"),
        (Kind.ID, "x:7", "x:7"),
        (Kind.TEXT, "l:77", "l:77"),
        (Kind.NAME, "JOHN MCDONALD", "John McDonald"),
        (Kind.NAME, "ACME LLC", "ACME LLC"),
        (Kind.EMAIL, "Jane@Example.com", "jane@example.com"),
        (Kind.PHONE, "(202) 555-0123", "+12025550123"),
        (Kind.DATE, "11/23/2026", date(2026, 11, 23)),
        (Kind.TIMESTAMP, "2026-11-23T10:00:00Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (Kind.MONEY, "$1,234.50", Decimal("1234.50")),
        (Kind.NUMBER, "2.5", Decimal("2.5")),
        (Kind.INTEGER, "1985.0", 1985),
        (Kind.BOOLEAN, "Yes", True),
        (Kind.STREET, "123 Main Street", "123 MAIN ST"),
        (Kind.CITY, "AUSTIN", "Austin"),
        (Kind.STATE, "Texas", "TX"),
        (Kind.POSTAL_CODE, "2134", "02134"),
        (Kind.COUNTRY, "USA", "US"),
        (Kind.URL, "https://example.com/a?b=c", "https://example.com/a?b=c"),
        (Kind.IP, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_kind_of_a_field_chooses_how_it_is_cleaned(
    kind: Kind, cell: str, value: object
) -> None:
    assert cleaned(kind, pa.array([cell])).values.to_pylist() == [value]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "cells",
    [
        [],
        [None, None],
        ["", " ", None, "N/A"],
        ["x", "12", "2026-11-23", "a@b", "é\u0301\x00", "🙂", "9" * 50, "(", "=1+1"],
    ],
    ids=["none", "nulls", "blanks", "odds"],
)
def test_whatever_stands_in_a_column_it_keeps_its_length_and_type(
    kind: Kind, cells: list[str | None]
) -> None:
    # Behind an offset, since columns arrive as slices of larger batches.
    result = cleaned(kind, pa.array(["first", *cells], pa.string()).slice(1))

    assert len(result.values) == len(result.problems) == len(cells)
    assert result.values.type == TYPES.get(kind, pa.string())
    assert result.problems.type == pa.string()
    result.values.validate(full=True)
    if not any(cell and cell.strip() and cell != "N/A" for cell in cells):
        assert result.values.null_count == result.problems.null_count == len(cells)


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (Kind.URL, "not_a_url"),
        (Kind.IP, "not_an_ip"),
        (Kind.DATE, "not_a_date"),
        (Kind.MONEY, "not_a_number"),
        (Kind.BOOLEAN, "not_a_boolean"),
        (Kind.COUNTRY, "not_a_country"),
        (Kind.POSTAL_CODE, "not_a_postal_code"),
    ],
)
def test_what_cannot_be_read_is_null_with_a_code(kind: Kind, problem: str) -> None:
    result = cleaned(kind, pa.array(["nonsense here"]))

    assert (result.values.to_pylist(), result.problems.to_pylist()) == ([None], [problem])

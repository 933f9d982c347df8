"""Money, numbers, whole numbers and flags, as people and spreadsheets write them."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.normalizing.figures import DecimalMark, MarkEvidence, detect_mark
from lead_pipeline.normalizing.numbers import (
    normalize_booleans,
    normalize_integers,
    normalize_money,
    normalize_numbers,
)

AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, places=2)


def money(*cells: str | None, mark: DecimalMark | None = None) -> list[Decimal | None]:
    values: list[Decimal | None] = normalize_money(
        pa.array(cells, pa.string()), mark
    ).values.to_pylist()
    return values


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1234.5", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("US$ 1,234", "1234"),
        ("USD 12", "12"),
        ("1.234,50 EUR", "1234.50"),
        ("1 234,50 €", "1234.50"),
        ("CHF 1'234.50", "1234.50"),
        ("12,34,567.89", "1234567.89"),
        ("(123)", "-123"),
        ("$(1,234.50)", "-1234.50"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("5-", "-5"),
        ("−7", "-7"),
        ("1.2M", "1200000"),
        ("350k", "350000"),
        ("$2.5 million", "2500000"),
        ("1.2E+05", "120000"),
        ("12%", "12"),
        (".5", "0.5"),
        ("1.005", "1.01"),
        ("0,125", "0.13"),
    ],
)
def test_an_amount_is_read_in_every_usual_way_to_write_it(cell: str, amount: str) -> None:
    cleaned = normalize_money(pa.array([cell]))

    assert cleaned.values.to_pylist() == [Decimal(amount)]
    assert cleaned.problems.to_pylist() == [None]


@pytest.mark.parametrize(
    "cell", ["abc", "10-20", "5+5", "1,2,3", "1,234.5.6", "5 5", "(5", "-5-", "1..2", "12 apples"]
)
def test_what_is_not_one_number_is_refused(cell: str) -> None:
    cleaned = normalize_money(pa.array([cell]))

    assert cleaned.values.to_pylist() == [None]
    assert cleaned.problems.to_pylist() == ["not_a_number"]


def test_empty_cells_and_words_for_nothing_are_null_without_a_problem() -> None:
    cleaned = normalize_money(pa.array(["", None, "N/A", "-"]))

    assert cleaned.values.to_pylist() == cleaned.problems.to_pylist() == [None] * 4


@pytest.mark.parametrize(
    ("cell", "by_point", "by_comma"),
    [
        ("1,234", "1234", "1.23"),
        ("1.234", "1.23", "1234"),
        ("$ 1.234", "1.23", "1234"),
        ("5.50", "5.50", "5.50"),
        ("5,50", "5.50", "5.50"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1.234.567", "1234567", "1234567"),
        ("1234", "1234", "1234"),
    ],
)
def test_the_mark_settles_what_can_be_read_with_either_and_nothing_else(
    cell: str, by_point: str, by_comma: str
) -> None:
    assert money(cell) == money(cell, mark=DecimalMark.POINT) == [Decimal(by_point)]
    assert money(cell, mark=DecimalMark.COMMA) == [Decimal(by_comma)]


@pytest.mark.parametrize(
    ("cells", "evidence", "mark"),
    [
        (["1,234", "1.234", "12"], MarkEvidence(either=2), None),
        (["5,50", "5,50", "1.234"], MarkEvidence(comma=1, either=1), DecimalMark.COMMA),
        (["5.50 EUR", "= 1,234"], MarkEvidence(point=1), DecimalMark.POINT),
        (["5.50", "5,50", "6,50"], MarkEvidence(point=1, comma=2), DecimalMark.COMMA),
        (["a,b", "", None, "12 Main St."], MarkEvidence(), None),
    ],
)
def test_figures_prove_their_mark(
    cells: list[str | None], evidence: MarkEvidence, mark: DecimalMark | None
) -> None:
    assert detect_mark(pa.array(cells)) == evidence
    assert evidence.mark is mark


def test_a_figure_too_large_to_be_money_is_refused() -> None:
    assert normalize_money(pa.array(["9" * 16])).problems.to_pylist() == ["out_of_range"]


def test_whole_numbers_lose_the_decimals_of_a_spreadsheet_and_no_others() -> None:
    cleaned = normalize_integers(pa.array(["1985.0", "1,985", "2.5"]))

    assert cleaned.values.to_pylist() == [1985, 1985, None]
    assert cleaned.problems.to_pylist() == [None, None, "not_an_integer"]


def test_numbers_keep_six_decimals() -> None:
    values = normalize_numbers(pa.array(["3.1415926535", "12.5%"])).values

    assert values.to_pylist() == [Decimal("3.141593"), Decimal("12.5")]


@pytest.mark.parametrize(
    ("words", "flag"),
    [
        ("true TRUE yes Y 1 1.0 on x duplicate DNC sí oui ja", True),
        ("false FALSE no N 0 0.0 off non nein", False),
        ("maybe 2 unknown", None),
    ],
)
def test_flags_are_read_in_several_languages(words: str, flag: bool | None) -> None:
    cleaned = normalize_booleans(pa.array(words.split()))

    assert set(cleaned.values.to_pylist()) == {flag}
    assert set(cleaned.problems.to_pylist()) == {None if flag is not None else "not_a_boolean"}


@given(st.lists(AMOUNTS, max_size=10))
def test_an_amount_survives_being_written_the_american_way(amounts: list[Decimal]) -> None:
    assert money(*(f"${amount:,.2f}".replace("$-", "-$") for amount in amounts)) == amounts


@given(st.lists(AMOUNTS, max_size=10))
def test_an_amount_survives_being_written_the_european_way(amounts: list[Decimal]) -> None:
    swap = str.maketrans(",.", ".,")

    cells = [f"{amount:,.2f} €".translate(swap) for amount in amounts]
    assert money(*cells) == money(*cells, mark=DecimalMark.COMMA) == amounts


@given(st.lists(AMOUNTS.map(lambda amount: f"{amount:,.2f}"), max_size=10))
def test_the_quick_way_and_the_thorough_way_agree(cells: list[str]) -> None:
    thorough = money(*(f"({cell})" for cell in cells if not cell.startswith("-")))
    quick = money(*(cell for cell in cells if not cell.startswith("-")))

    assert [-amount for amount in thorough if amount is not None] == quick


@given(st.lists(st.none() | st.text(max_size=12), max_size=6))
def test_any_text_gives_a_column_as_long_with_a_value_or_a_reason(cells: list[str | None]) -> None:
    for normalize in (normalize_money, normalize_numbers, normalize_integers, normalize_booleans):
        cleaned = normalize(pa.array(cells, pa.string()))

        assert len(cleaned.values) == len(cleaned.problems) == len(cells)
        cleaned.values.validate(full=True)

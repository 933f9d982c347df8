"""What settles 03/04/2026 and 1,234 in a column, and how it is said."""

from dataclasses import replace

import pyarrow as pa
import pytest

from lead_pipeline.choices.reading import Choices
from lead_pipeline.errors import OperatorError
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.normalizing.conventions import NOTHING, Conventions, orders_of
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline.normalizing.figures import DecimalMark

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST
COLUMNS = map_columns(["Email", "last_sales_date", "market_value"]).columns
DATES, AMOUNTS = COLUMNS[1:]
EITHER, ONLY_DAY, ONLY_MONTH = "03/04/2026", "25/04/2026", "04/25/2026"


def seen(
    conventions: Conventions, dates: list[str] | None = None, amounts: list[str] | None = None
) -> Conventions:
    """Each value in a batch of its own."""
    for column, cells in ((DATES, dates), (AMOUNTS, amounts)):
        for cell in cells or []:
            conventions.add(column, pa.array([cell, None]))
    return conventions


@pytest.mark.parametrize(
    ("choice", "setting", "dates", "order", "by", "code"),
    [
        (None, None, [EITHER], MONTH, "default", "date_order"),
        (None, DAY, [EITHER], DAY, "setting", "date_order"),
        (None, MONTH, [EITHER, ONLY_DAY], DAY, "evidence", "date_order"),
        (None, DAY, [EITHER, ONLY_MONTH], MONTH, "evidence", "date_order"),
        (None, None, [EITHER, ONLY_DAY, ONLY_MONTH], MONTH, "default", "mixed_date_order"),
        (None, DAY, [EITHER, ONLY_DAY, ONLY_MONTH], DAY, "setting", "mixed_date_order"),
        (DAY, MONTH, [EITHER], DAY, "choice", "date_order"),
        (DAY, None, [EITHER, ONLY_MONTH], DAY, "choice", "mixed_date_order"),
        (None, None, [ONLY_DAY], DAY, "evidence", None),
        (None, DAY, ["2026-04-03"], DAY, "setting", None),
    ],
)
def test_a_choice_stands_over_evidence_and_that_over_the_setting(
    choice: DateOrder | None,
    setting: DateOrder | None,
    dates: list[str],
    order: DateOrder,
    by: str,
    code: str | None,
) -> None:
    found = seen(Conventions(choice, setting), dates)
    assert found.settled(DATES.index) == {"order": order, "order_by": by, "decimal": None}
    problems = [(p.code, p.column) for p in found.problems(COLUMNS)]
    assert problems == ([(code, "last_sales_date")] if code else [])


def test_the_file_is_told_how_its_dates_were_read_and_why() -> None:
    told = {
        "default": seen(Conventions(), [EITHER]),
        "setting": seen(Conventions(setting=DAY), [EITHER]),
        "evidence": seen(Conventions(), [EITHER, ONLY_DAY]),
        "choice": seen(Conventions(choice=DAY), [EITHER, ONLY_MONTH]),
    }
    both = "last_sales_date: 1 of its dates can be read both ways; they were read with the "
    assert {by: [p.message for p in found.problems(COLUMNS)] for by, found in told.items()} == {
        "default": [both + "month first, which is a guess: state --date-order if it is wrong."],
        "setting": [both + "day first, by LEADS_DATE_ORDER, as nothing in it tells."],
        "evidence": [both + "day first, as 1 of its values can only be read so."],
        "choice": [
            both + "day first, as settled. "
            "But 1 of its values can only be read with the other first."
        ],
    }


@pytest.mark.parametrize(
    ("amounts", "mark", "code"),
    [
        (["1,234", "12"], None, None),
        (["1,234", "5.50"], DecimalMark.POINT, None),
        (["1.234", "5,50"], DecimalMark.COMMA, "decimal_comma"),
        (["1.234", "5,50", "6,50", "7.50"], DecimalMark.COMMA, "mixed_decimal_marks"),
    ],
)
def test_the_whole_file_settles_the_decimal_mark(
    amounts: list[str], mark: DecimalMark | None, code: str | None
) -> None:
    found = seen(Conventions(choice=DAY), amounts=amounts)
    assert found.settled(AMOUNTS.index) == NOTHING | {"decimal": mark}
    assert [p.code for p in found.problems(COLUMNS)] == ([code] if code else [])


def test_other_columns_have_nothing_to_settle() -> None:
    conventions = Conventions(choice=DAY)
    conventions.add(COLUMNS[0], pa.array([EITHER]))
    assert conventions.settled(0) == NOTHING
    assert list(conventions.problems(COLUMNS)) == []


def test_normalising_gets_what_was_settled_but_no_guess() -> None:
    columns = [
        {"field": "sold", "order": "day_first", "order_by": "evidence", "decimal": None},
        {"field": "built", "order": "month_first", "order_by": "default", "decimal": None},
        {"field": "value", "order": None, "order_by": None, "decimal": "comma"},
        {"field": None, **NOTHING},
    ]
    assert orders_of(columns) == {"sold": DAY, "value": DecimalMark.COMMA}


def test_a_profile_may_state_the_order_and_ones_own_choice_stands_over_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = dict(profiles())
    known["generic"] = replace(known["generic"], reading={"date_order": "day"})
    monkeypatch.setattr("lead_pipeline.choices.reading.profiles", lambda: known)
    assert Choices(profile="generic").conventions(None).choice is DAY
    assert Choices(profile="generic", date_order="month").conventions("day").choice is MONTH
    assert Choices().conventions("day") == Conventions(None, DAY)


def test_an_order_that_does_not_exist_cannot_be_chosen() -> None:
    with pytest.raises(OperatorError, match="there is no date order 'year'; say month or day"):
        Choices(date_order="year")

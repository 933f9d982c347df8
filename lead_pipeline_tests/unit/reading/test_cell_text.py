"""What tidying does to the text of a cell, and which words stand for nothing."""

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

CELLS = st.lists(st.none() | st.text(max_size=20), max_size=8)


def tidied(*cells: str | None) -> list[str | None]:
    values: list[str | None] = tidy_text(pa.array(cells, pa.string())).to_pylist()
    return values


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Jane Doe", "Jane Doe"),
        ("  Jane \t Doe\r\n", "Jane Doe"),
        ("Jane\u00a0\u2003Doe", "Jane Doe"),
        ("\ufeffJa\u200bne\u00ad", "Jane"),
        ("Jane\x00\x07", "Jane"),
        ("Jose\u0301", "José"),
        ('="00501"', "00501"),
        ("'00501", "00501"),
        ("'Jane", "Jane"),
        ("'t Hooft", "'t Hooft"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        ("Jos&#233; O&#39;Brien", "José O'Brien"),
        ("Jos&#xE9; O&apos;Brien", "José O'Brien"),
        ("Jose&#769;", "José"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Jane&nbsp;Doe&nbsp;", "Jane Doe"),
        ("Jane&#8203;", "Jane"),
        ("&quot;Jane&quot;", '"Jane"'),
        ("&nbsp;", None),
        ("AT&T", "AT&T"),
        ("Dunn & Sons; Reno", "Dunn & Sons; Reno"),
        ("H&notme;", "H&notme;"),
        ("a&copy=1;", "a&copy=1;"),
        ("&unknown;", "&unknown;"),
        ("=SUM(A1)", "=SUM(A1)"),
        ("'", None),
        (" \u200b ", None),
        ("", None),
        (None, None),
    ],
)
def test_a_cell_becomes_what_a_person_would_read_off_it(cell: str, text: str | None) -> None:
    assert tidied(cell) == [text]


@pytest.mark.parametrize(
    "word", ["N/A", "n/a", "null", "None", "-", "--", "—", "#N/A", "#REF!", "nan", "Not Available"]
)
def test_words_for_nothing_become_null_only_when_asked(word: str) -> None:
    assert tidied(word) == [word]
    assert drop_placeholders(pa.array([word, "Nathan"])).to_pylist() == [None, "Nathan"]


def test_a_slice_of_a_longer_array_is_read_by_itself() -> None:
    cells = pa.array(["\u00a0a", " b ", "c  c", None, "d\td"])

    assert tidy_text(cells.slice(1, 3)).to_pylist() == ["b", "c c", None]


@given(CELLS)
def test_tidying_twice_changes_nothing(cells: list[str | None]) -> None:
    once = tidied(*cells)

    assert tidied(*once) == once


@given(CELLS)
def test_the_result_is_as_long_composed_and_without_what_cannot_be_seen(
    cells: list[str | None],
) -> None:
    result = tidied(*cells)

    assert len(result) == len(cells)
    for text in filter(None, result):
        assert unicodedata.is_normalized("NFC", text)
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Zl", "Zp"}
        assert text == text.strip()
        assert "  " not in text


@given(st.lists(st.text("abc XYZ019.,@-"), max_size=6))
def test_plain_text_loses_only_white_space(cells: list[str]) -> None:
    assert tidied(*cells) == [" ".join(cell.split()) or None for cell in cells]

"""What was typed is searched for in raw text as people write it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.explain.text_pattern import text_pattern
from lead_pipeline.leads.question import read_question


def found(text: str, cell: str) -> bool:
    """Whether a row with this raw text is found; the pattern means the same in PostgreSQL."""
    asked = read_question(text, "US")
    pattern = text_pattern(asked, asked.keys)
    return pattern is not None and re.search(pattern, cell, re.IGNORECASE) is not None


@pytest.mark.parametrize(
    "cell",
    ["2025550123", "(202) 555-0123", "+1 202 555 0123", "1-202-555-0123", "001 202 5550123",
     "202.555.0123 x5", '"202", "5550123"', "tel:2025550123;home"],
)  # fmt: skip
def test_a_phone_is_found_however_it_is_written(cell: str) -> None:
    assert found("202-555-0123", cell)


@pytest.mark.parametrize(
    "cell",
    ["92025550123", "20255501234", "202-555-0124", "2025550", "202 and 555 then 0123",
     "+442025550123"],
)  # fmt: skip
def test_another_number_is_not(cell: str) -> None:
    assert not found("202-555-0123", cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ann.Lee@Example.com", True),
        ("mail: ann.lee@example.com, home", True),
        ("<ann.lee@example.com>", True),
        ("joann.lee@example.com", False),
        ("ann.lee@example.community", False),
        ("annxlee@example.com", False),
    ],
)
def test_a_mail_is_found_as_a_whole(cell: str, expected: bool) -> None:
    assert found("ann.lee@example.com", cell) is expected


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        ("ref-00417", '["x", "REF-00417"]', True),
        ("ref-00417", '["x", "ref-004170"]', False),
        ("a.b(c)", '["a.b(c)"]', True),
        ("a.b(c)", '["axb(c)"]', False),
        ("7", '["7"]', False),
    ],
)
def test_an_external_id_is_found_as_a_whole_if_it_is_long_enough(
    text: str, cell: str, expected: bool
) -> None:
    assert found(text, cell) is expected


@given(st.text(max_size=30))
def test_whatever_is_typed_makes_a_pattern_that_is_one(text: str) -> None:
    asked = read_question(text, "US")
    pattern = text_pattern(asked, asked.keys)
    assert pattern is None or re.compile(pattern)

"""What may be agreed with a supplier, and what is said where it cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.errors import OperatorError
from lead_pipeline.suppliers.agreement import Agreement, read_terms, write_terms
from lead_pipeline.suppliers.terms import Scope

PRICES = st.decimals(0, 99_999_999, places=4)
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=5)
DAYS = st.none() | st.integers(1, 36_500)
RULES = st.builds(
    dict,
    price=PRICES,
    fields=st.dictionaries(
        st.sampled_from(["state", "product", "phone_type"]),
        st.lists(TEXTS, min_size=1, max_size=2),
    ),
    extra=st.dictionaries(TEXTS, st.lists(TEXTS, min_size=1)),
    max_age_days=st.integers(0, 30),
)
AGREEMENTS = st.builds(
    Agreement,
    price=PRICES,
    rules=st.lists(RULES, max_size=3),
    free=st.lists(st.sampled_from(["new", "updated", "in_file_duplicate"]), unique=True),
    lookback_days=DAYS,
    scope=st.sampled_from(Scope),
    return_days=DAYS,
    daily_cap=DAYS,
    monthly_cap=DAYS,
    least_valid=st.none() | st.decimals(0, 1, places=3),
)


@given(AGREEMENTS)
def test_terms_that_are_written_are_read_as_they_were(agreement: Agreement) -> None:
    assert read_terms(write_terms(agreement)) == agreement


def test_nothing_agreed_is_an_empty_file() -> None:
    assert write_terms(Agreement()) == ""
    assert read_terms("") == Agreement()


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("price = ", "these terms are no TOML: Invalid value (at end of document)"),
        ("price = -1", "price: Input should be greater than or equal to 0"),
        ("price = 1.23456", "price: Decimal input should have no more than 4 decimal places"),
        ("prise = 1", "prise: Extra inputs are not permitted"),
        ('free = ["none"]', "free.0: Input should be 'new'"),
        ("price = 1\n[[rules]]\nprice = 2", "a rule says of which leads it is"),
        ('price = 1\n[[rules]]\nprice = 2\nfields = { stat = "NY" }', "there is no field stat"),
        ('[[rules]]\nprice = 2\nfields = { state = "NY" }', "`price` is that of all other leads"),
        ("least_valid = 60", "least_valid: Input should be less than or equal to 1"),
        ('scope = "planet"', "scope: Input should be 'supplier', 'source' or 'everywhere'"),
    ],
)
def test_what_cannot_be_says_where_and_why(toml: str, told: str) -> None:
    with pytest.raises(OperatorError) as fault:
        read_terms(toml)
    assert told in str(fault.value)

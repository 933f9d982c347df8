"""What in the counts of an import should make a person look."""

import pytest

from lead_pipeline.ledger.doubts import (
    ContactColumn,
    columns_without_valid,
    contact_columns,
    rejected_share,
)
from lead_pipeline_tests.making import an_import

COLUMNS = [
    {"header": "Telefon", "field": "phone_1"},
    {"header": "Notes", "field": None},
    {"header": "Mail", "field": "email"},
    {"header": "Other mail", "field": "email_2"},
]
COUNTS = {
    "email": {"filled": 9, "valid": 8},
    "email_2": {"filled": 0, "valid": 0},
    "phone_1": {"filled": 5, "valid": 0},
}


@pytest.mark.parametrize(
    ("read", "blank", "rejected", "share"),
    [(10, 0, 5, 0.5), (10, 5, 5, 1.0), (3, 0, 0, 0.0), (2, 2, 0, 0.0), (None, None, None, 0.0)],
)
def test_rejected_rows_are_seen_among_those_that_are_not_blank(
    read: int | None, blank: int | None, rejected: int | None, share: float
) -> None:
    import_ = an_import(rows_read=read, rows_blank=blank, rows_rejected=rejected)
    assert rejected_share(import_) == share


def test_columns_of_phones_and_mails_are_told_in_the_order_of_the_file() -> None:
    assert contact_columns(an_import(columns=COLUMNS, contact_columns=COUNTS)) == [
        ContactColumn("Telefon", "phone_1", filled=5, valid=0),
        ContactColumn("Mail", "email", filled=9, valid=8),
        ContactColumn("Other mail", "email_2", filled=0, valid=0),
    ]


def test_an_empty_column_is_nothing_to_look_at_and_one_without_a_valid_value_is() -> None:
    doubtful = columns_without_valid(an_import(columns=COLUMNS, contact_columns=COUNTS))
    assert [column.header for column in doubtful] == ["Telefon"]


def test_nothing_is_said_of_an_import_that_is_not_normalized() -> None:
    assert contact_columns(an_import(columns=COLUMNS)) == []

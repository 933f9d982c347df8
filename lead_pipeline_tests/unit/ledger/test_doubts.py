"""What in the counts of an import should make a person look."""

import pytest

from lead_pipeline.ledger.doubts import (
    ContactColumn,
    contact_columns,
    doubtful_columns,
    rejected_share,
)
from lead_pipeline_tests.making import an_import

COLUMNS = [
    {"header": "Telefon", "field": "phone_1"},
    {"header": "Notes", "field": None},
    {"header": "Mail", "field": "email"},
    {"header": "Other mail", "field": "email_2"},
    {"header": "Mobil", "field": "mobile_phone"},
    {"header": "Work mail", "field": "work_email"},
]
COUNTS = {
    "email": {"filled": 9, "valid": 8},
    "email_2": {"filled": 0, "valid": 0},
    "phone_1": {"filled": 5, "valid": 0, "shape": "999 9999999"},
    "mobile_phone": {"filled": 100, "valid": 9, "shape": "99"},
    "work_email": {"filled": 100, "valid": 10, "shape": "AAA"},
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
        ContactColumn("Telefon", "phone_1", filled=5, valid=0, shape="999 9999999"),
        ContactColumn("Mail", "email", filled=9, valid=8),
        ContactColumn("Other mail", "email_2", filled=0, valid=0),
        ContactColumn("Mobil", "mobile_phone", filled=100, valid=9, shape="99"),
        ContactColumn("Work mail", "work_email", filled=100, valid=10, shape="AAA"),
    ]


def test_a_column_in_which_under_a_tenth_is_valid_is_told_with_its_shape_and_what_to_try() -> None:
    doubtful = doubtful_columns(an_import(columns=COLUMNS, contact_columns=COUNTS))
    telefon, mobil = (column.doubt for column in doubtful)
    assert telefon == (
        "Telefon: none of 5 filled cells gave a valid phone (most look like 999 9999999); state "
        "--region if they are numbers of another country, or `lead-pipeline mappings set` if it is "
        "no phone_1"
    )
    assert mobil.startswith("Mobil: 9 of 100 filled cells gave a valid phone (most look like 99); ")
    mails = ContactColumn("Mail", "email", filled=5, valid=0, shape="AA")
    assert mails.doubt == (
        "Mail: none of 5 filled cells gave a valid mail (most look like AA); "
        "`lead-pipeline mappings set` if it is no email"
    )


def test_nothing_is_said_of_an_import_that_is_not_normalized() -> None:
    assert contact_columns(an_import(columns=COLUMNS)) == []

"""What makes an import wait for a person: the settings, and what is doubtful about a file."""

from typing import Any

import pytest

from lead_pipeline.ledger.doubts import ContactColumn
from lead_pipeline.ledger.holding import doubts, is_decisive, reasons_to_hold
from lead_pipeline.settings import Review
from lead_pipeline_tests.making import an_import


def a_column(header: str, field: str | None, confidence: float = 1.0, how: str = "alias") -> Any:
    return {"header": header, "field": field, "confidence": confidence, "how": how}


COUNTED = [ContactColumn("Mail", "email", filled=20, valid=1, shape="AAA"),
           ContactColumn("Phone", "phone_1", filled=20, valid=2)]  # fmt: skip
SURE = [a_column("Email", "email"), a_column("Notes", "comments", 0.7, "fuzzy")]
UNSURE = [a_column("Reach", "phone_1", 0.71, "values")]
DOUBTFUL = an_import(columns=UNSURE, rows_read=10, rows_blank=0, rows_rejected=0)
PLAIN = an_import(columns=SURE, rows_read=10, rows_blank=0, rows_rejected=5)


@pytest.mark.parametrize(
    ("review", "plain", "doubtful"),
    [
        ("never", [], []),
        ("when-doubtful", [], ["unsure_mapping"]),
        ("always", ["always"], ["unsure_mapping"]),
    ],
)
def test_the_setting_says_which_imports_wait(
    review: Review, plain: list[str], doubtful: list[str]
) -> None:
    assert [reason.code for reason in reasons_to_hold(PLAIN, review)] == plain
    assert [reason.code for reason in reasons_to_hold(DOUBTFUL, review)] == doubtful


@pytest.mark.parametrize("facts", [{"retry_of": 7}, {"confirmed_at": 1}])
def test_what_a_person_had_in_hand_does_not_wait_for_one(facts: dict[str, Any]) -> None:
    assert reasons_to_hold(an_import(columns=UNSURE, **facts), "always") == []


@pytest.mark.parametrize(
    ("column", "decides"),
    [
        (a_column("Telefon", "phone_1"), True),
        (a_column("Mobil", "mobile_phone"), True),
        (a_column("Mail 2", "email_2"), True),
        (a_column("Mobile DNC", None, how="none"), True),
        (a_column("Phone 1 DNC", "phone_1_dnc"), True),
        (a_column("Known Litigator", None, how="none"), True),
        (a_column("Name", "full_name"), False),
        (a_column("Agent Phone", "agent_phone"), False),
        (a_column("Pets", None, how="none"), False),
    ],
)
def test_phones_mails_and_flags_of_the_lead_are_decisive(
    column: dict[str, Any], decides: bool
) -> None:
    assert is_decisive(column, "generic") is decides


@pytest.mark.parametrize(
    ("confidence", "how", "doubtful"),
    [(0.89, "fuzzy", True), (0.9, "fuzzy", False), (1.0, "override", False)],
)
def test_a_decisive_column_that_nobody_need_look_at_is_no_reason(
    confidence: float, how: str, doubtful: bool
) -> None:
    found = [*doubts([a_column("Reach", "email", confidence, how)], "generic", [], [], 0.0)]
    assert [reason.code for reason in found] == ["unsure_mapping"] * doubtful


def test_every_reason_says_what_it_is_about() -> None:
    problems = [
        {"code": "unclear_flag", "message": "Scrubbed On: says when a list was asked"},
        {"code": "flag_cells", "message": "another thing that was told"},
    ]
    found = [*doubts(UNSURE, "generic", problems, COUNTED, 0.51, ["Column 'Phone' is gone."])]
    assert [(reason.code, reason.message.partition(":")[0]) for reason in found] == [
        ("unsure_mapping", "'Reach' feeds phone_1, of which we are only 71% sure"),
        ("unclear_flag", "Scrubbed On"),
        ("few_valid", "Mail"),
        ("most_rows_rejected", "51% of the rows are rejected"),
        ("decisive_drift", "Column 'Phone' is gone. The supplier's last file had it otherwise."),
    ]


def test_half_of_the_rows_may_be_rejected() -> None:
    assert [*doubts([], "generic", [], [], 0.5)] == []

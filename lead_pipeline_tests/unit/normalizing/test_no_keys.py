"""Mails that are none, mails by which nobody is known, and ids in two forms."""

import pyarrow as pa
import pytest

from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.company_phones import company_phones
from lead_pipeline.normalizing.emails import Emails, contact_emails, normalize_emails
from lead_pipeline.normalizing.ids import normalize_ids
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import normalize_rows


def emails(*cells: str | None) -> Emails:
    return contact_emails(pa.array(cells, pa.string()))


@pytest.mark.parametrize(
    "cell",
    [
        "none@none.com", "noemail@example.com", "NoEmail@Gmail.com", "na@na.com", "test@test.com",
        "no@email.com", "noreply@example.com", "no-reply@example.com", "abuse@example.com",
        "postmaster@example.com", "n.a@none.com", "anybody@noemail.com", "unknown@unknown.com",
        "asdf@asdf.com", "test@mail.com", "mailto:none@none.com",
    ],
)  # fmt: skip
def test_an_address_that_stands_for_none_is_none_and_told(cell: str) -> None:
    read = emails(cell)
    assert read.address.to_pylist() == read.match_key.to_pylist() == [None]
    assert read.problems.to_pylist() == ["placeholder_email"]


@pytest.mark.parametrize(
    "cell",
    [
        "test@example.com", "na@example.com", "ann@email.com", "ann@test.com", "nonna@gmail.com",
        "unknown.artist@example.com", "no@example.no",
    ],
)  # fmt: skip
def test_an_address_that_only_looks_a_little_like_one_stays(cell: str) -> None:
    assert emails(cell).address.to_pylist() == [cell]


def test_a_list_of_whom_not_to_write_to_may_have_them() -> None:
    listed = normalize_emails(pa.array(["none@none.com"]))
    assert listed.match_key.to_pylist() == ["none@none.com"]


def test_beside_a_placeholder_the_address_is_taken() -> None:
    read = emails("none@none.com; ann@example.com")
    assert read.address.to_pylist() == ["ann@example.com"]
    assert read.problems.to_pylist() == ["several_emails"]


def test_mails_of_functions_and_guesses_are_nobodys_own() -> None:
    cells = ["info@example.com", "sales@example.com", "ann,birch@example.com",
             "ann birch@example.com", "ann@example.com", "Ann Birch <ann@example.com>",
             "Birch, Ann, ann@example.com", None]  # fmt: skip
    read = emails(*cells)
    assert read.is_own.to_pylist() == [False] * 4 + [True] * 4
    assert read.address.null_count == 1
    assert read.problems.to_pylist()[2:4] == ["words_before_email"] * 2


def rows(header: dict[str, str], *cells: dict[str, str]) -> list[dict[str, object]]:
    """The contacts of rows of a plain list whose columns are `header` (header -> field)."""
    columns = [{"header": name, "field": field} for name, field in header.items()]
    plan = Plan(
        profiles()["generic"], frozenset(header.values()), "US", "UTC",
        company_phones=company_phones(columns),
    )  # fmt: skip
    raw = {
        field: pa.array([cell.get(name) for cell in cells], pa.string())
        for name, field in header.items()
    }
    numbers = pa.array(range(2, 2 + len(cells)), pa.int64())
    return normalize_rows(raw, numbers, plan).contacts.to_pylist()


def test_a_phone_of_a_company_stands_behind_the_person_s_own() -> None:
    header = {"Corporate Phone": "phone_1", "Mobile": "mobile_phone", "Office No": "work_phone"}
    (ann, bo) = rows(
        header,
        {"Corporate Phone": "202-555-0100", "Mobile": "202-555-0111", "Office No": "202-555-0100"},
        {"Corporate Phone": "202-555-0100"},
    )
    assert (ann["phone_e164"], ann["contact_phone_1"]) == ("+12025550111", "+12025550111")
    assert ann["phones"] == '{"+12025550111","+12025550100"}'
    assert ann["no_keys"] == bo["no_keys"] == '{"+12025550100"}'
    assert bo["phone_e164"] == "+12025550100"


def test_a_company_s_number_that_is_the_person_s_own_is_a_key() -> None:
    (ann,) = rows(
        {"Mobile": "mobile_phone", "Company Phone": "work_phone"},
        {"Mobile": "202-555-0111", "Company Phone": "(202) 555-0111"},
    )
    assert ann["no_keys"] is None


@pytest.mark.parametrize(
    ("header", "of_company"),
    [
        ("Corporate Phone", True), ("Company Main Phone", True), ("Office No", True),
        ("Office Phone", True), ("Switchboard", True), ("HQ Phone", True),
        ("Work Phone", False), ("Phone", False), ("Business Phone", False), ("Mobile", False),
    ],
)  # fmt: skip
def test_the_words_of_a_header_tell_whose_a_phone_is(header: str, of_company: bool) -> None:
    found = company_phones([{"header": header, "field": "work_phone"}])
    assert found == ({"work_phone"} if of_company else set())
    assert company_phones([{"header": header, "field": "city"}]) == set()


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("0019000000B98de", "0019000000B98deAAB"),
        ("00Q30000001n7Pi", "00Q30000001n7PiEAI"),
        ("0019000000B98deAAB", "0019000000B98deAAB"),
        ("123456789012345", "123456789012345"),
        ("l:123456789012345", "123456789012345"),
        ("x0Q30000001n7Pi", "x0Q30000001n7Pi"),
    ],
)
def test_an_id_of_salesforce_has_18_characters(given: str, made: str) -> None:
    assert normalize_ids(pa.array([given, None, given])).to_pylist() == [made, None, made]

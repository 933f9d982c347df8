"""Who stands in a row, how to reach them, and whether that suffices: tables of single rows."""

import pyarrow as pa
import pytest

from lead_pipeline.fields.model import Contactable, ContactGroup, PhoneSlot
from lead_pipeline.normalizing.contacts import Group, present_groups, unfold

PERSON = ContactGroup(
    role="contact",
    full_name="full_name",
    phones=(PhoneSlot("phone_1", "phone_1_type", "phone_1_dnc", "phone_1_litigator"),),
    emails=("email", "email_2"),
)


def judged(rule: Contactable, **cells: str | None) -> Group:
    """One row with a person in it, under one rule; cells that are not given are empty."""
    names = ["full_name", "phone_1", "phone_1_type", "phone_1_dnc", "phone_1_litigator", "email",
             "email_2"]  # fmt: skip
    columns = {name: pa.array([cells.get(name)], pa.string()) for name in names}
    (group,) = unfold(columns, 1, [(1, PERSON)], rule, "US", {})
    return group


NAME, MAIL, PHONE = "Ann Lee", "ann@example.com", "202-555-0123"
BOTH, EITHER = Contactable.NAME_AND_EMAIL, Contactable.PHONE_OR_EMAIL


@pytest.mark.parametrize(
    ("rule", "name", "email", "phone", "code", "reason"),
    [
        (BOTH, NAME, MAIL, None, None, None),
        (BOTH, NAME, MAIL, "not known", None, None),
        (BOTH, NAME, None, PHONE, "no_email", "no email"),
        (BOTH, NAME, "ann at example", PHONE, "no_valid_email", "no valid email"),
        (BOTH, None, MAIL, PHONE, "no_name", "no name"),
        (BOTH, None, None, PHONE, "no_name", "no name and no email"),
        (BOTH, "N/A", MAIL, None, "no_name", "no name"),
        (EITHER, None, MAIL, None, None, None),
        (EITHER, None, None, PHONE, None, None),
        (EITHER, NAME, "ann at example", PHONE, None, None),
        (EITHER, NAME, None, None, "no_phone", "no phone and no email"),
        (EITHER, NAME, "x", "12", "no_valid_phone", "no valid phone and no valid email"),
        (Contactable.PHONE, NAME, MAIL, None, "no_phone", "no phone"),
        (Contactable.PHONE, None, None, PHONE, None, None),
        (Contactable.PHONE, None, None, "12", "no_valid_phone", "no valid phone"),
        (Contactable.EMAIL, NAME, None, PHONE, "no_email", "no email"),
        (Contactable.EMAIL, None, MAIL, None, None, None),
    ],
)
def test_who_can_be_called_depends_on_the_rule(
    rule: Contactable,
    name: str | None,
    email: str | None,
    phone: str | None,
    code: str | None,
    reason: str | None,
) -> None:
    group = judged(rule, full_name=name, email=email, phone_1=phone)
    assert (group.code.to_pylist(), group.reason.to_pylist()) == ([code], [reason])


@pytest.mark.parametrize("rule", Contactable)
def test_nobody_is_found_where_nothing_stands(rule: Contactable) -> None:
    assert judged(rule).found.to_pylist() == [False]


@pytest.mark.parametrize("cell", ["N/A", "  ", "-", "null"])
def test_a_placeholder_is_nobody(cell: str) -> None:
    assert judged(EITHER, full_name=cell, email=cell, phone_1=cell).found.to_pylist() == [False]


@pytest.mark.parametrize("name", ["full_name", "email", "email_2", "phone_1"])
def test_any_trace_of_a_person_is_a_contact_that_must_be_accounted_for(name: str) -> None:
    assert judged(BOTH, **{name: "scribble"}).found.to_pylist() == [True]


def test_a_flag_without_a_person_is_no_contact() -> None:
    flags = judged(BOTH, phone_1_dnc="False", phone_1_litigator="False", phone_1_type="Mobile")
    assert flags.found.to_pylist() == [False]


def test_the_second_mail_counts_where_the_first_is_unfit() -> None:
    group = judged(BOTH, full_name=NAME, email="ann at example", email_2=MAIL)
    assert group.reason.to_pylist() == [None]
    assert [mail.address.to_pylist() for mail in group.emails] == [[None], [MAIL]]


@pytest.mark.parametrize(
    ("text", "flag"), [("True", True), ("Y", True), ("False", False), ("0", False), (None, None)]
)
def test_what_the_file_says_of_a_phone_stays_with_that_phone(
    text: str | None, flag: bool | None
) -> None:
    group = judged(EITHER, phone_1=PHONE, phone_1_type=" Mobile ", phone_1_dnc=text,
                   phone_1_litigator=text)  # fmt: skip
    (slot,) = group.slots
    assert slot.phones.e164.to_pylist() == ["+12025550123"]
    assert slot.type.to_pylist() == ["Mobile"]
    assert (slot.do_not_call.to_pylist(), slot.litigator.to_pylist()) == ([flag], [flag])


def test_an_invalid_contact_is_kept_as_it_stood() -> None:
    group = judged(BOTH, full_name="  ann   LEE ", phone_1="(202) 555-0123", email="ann at")
    assert group.raw_name.to_pylist() == ["ann LEE"]
    assert group.raw_phone.to_pylist() == ["(202) 555-0123"]
    assert group.raw_email.to_pylist() == ["ann at"]


def test_groups_without_a_column_in_the_file_do_not_count() -> None:
    second = ContactGroup(role="second", full_name="contact_2_name")
    third = ContactGroup(role="third", full_name="contact_3_name", emails=("contact_3_email_1",))
    found = present_groups([PERSON, second, third], {"email", "phone_1_dnc", "contact_3_name"})
    assert found == [
        (1, ContactGroup(role="contact", emails=("email",))),
        (2, ContactGroup(role="third", full_name="contact_3_name")),
    ]


def test_a_group_that_needs_a_channel_is_no_contact_by_its_name_alone() -> None:
    owner = ContactGroup("owner", full_name="owner", emails=("email",), needs_channel=True)
    assert present_groups([owner], {"owner"}) == []
    assert present_groups([owner], {"owner", "email"}) == [(1, owner)]


def test_several_groups_are_judged_apart() -> None:
    second = ContactGroup(role="agent", full_name="agent_name", emails=("agent_email",))
    columns = {
        name: pa.array(cells, pa.string())
        for name, cells in {
            "full_name": ["Ann Lee", None],
            "email": ["ann@example.com", None],
            "agent_name": [None, "Cy Roe"],
            "agent_email": [None, None],
        }.items()
    }
    groups = present_groups([PERSON, second], set(columns))
    one, two = unfold(columns, 2, groups, BOTH, "US", {})
    assert (one.found.to_pylist(), two.found.to_pylist()) == ([True, False], [False, True])
    assert two.reason.to_pylist()[1] == "no email"


def test_no_rows_are_no_contacts() -> None:
    columns = {"full_name": pa.array([], pa.string()), "email": pa.array([], pa.string())}
    (group,) = unfold(columns, 0, present_groups([PERSON], set(columns)), BOTH, "US", {})
    assert (len(group.found), len(group.reason), len(group.code)) == (0, 0, 0)

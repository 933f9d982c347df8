"""The one list of fields and the profiles: what is true of every entry."""

import re
from pathlib import Path

import pytest

from lead_pipeline.fields import catalogue
from lead_pipeline.fields.catalogue import fields, profiles, spellings
from lead_pipeline.fields.headers import key
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.fields.model import Contactable, Kind, Level

HERE = Path(__file__).parent
PROPERTY_EXPORT = (HERE / "property_export_184.csv").read_text().strip().split(",")
# PostgreSQL 18, appendix C: reserved, or reserved save as a function or type.
RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast
    check collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
""".split()  # noqa: SIM905


def test_field_names_are_sql_names_that_need_no_quotes() -> None:
    assert not fields().keys() & {*RESERVED, "import_id", "row_number", "extra"}
    assert all(name.isidentifier() and name == name.lower() for name in fields())
    assert max(len(name.encode()) for name in fields()) <= 59


def test_every_field_says_what_it_is_for() -> None:
    assert [field.name for field in fields().values() if not field.description] == []


def test_a_range_stands_for_one_field_each() -> None:
    assert fields()["contact_8_phone_3_dnc"].kind is Kind.BOOLEAN
    assert fields()["contact_8_email_3"].level is Level.CONTACT
    assert fields()["contact_2_name"].description == "Name of contact 2"
    assert "contact_9_name" not in fields()
    assert {"mls_curr_status", "mls_prev_status"} <= fields().keys()


def test_every_spelling_leads_to_one_field() -> None:
    assert spellings()[key("E-mail Address")] == "email"
    assert spellings()[key("Zip_Code")] == "postal_code"
    assert set(spellings().values()) <= fields().keys()


def test_common_words_of_property_exports_mean_nothing_elsewhere() -> None:
    assert not {key(word) for word in ("Event", "Water", "Buyer", "Units")} & spellings().keys()


def test_the_wide_property_export_has_a_field_for_each_of_its_184_columns() -> None:
    mapping = map_columns(PROPERTY_EXPORT)
    assert mapping.profile.name == "property_export"
    assert [match.header for match in mapping.columns if match.field is None] == []
    assert len({match.field for match in mapping.columns}) == 184
    assert min(match.confidence for match in mapping.columns) >= 0.9


@pytest.mark.parametrize("name", sorted(profiles()))
def test_every_profile_knows_where_its_contacts_are(name: str) -> None:
    profile = profiles()[name]
    assert profile.contacts
    assert len({group.role for group in profile.contacts}) == len(profile.contacts)
    assert all(group.phones or group.emails for group in profile.contacts)
    assert bool(profile.signature) == (name != "generic")


# Phones and mails of somebody else than the person: who was called, listing agents, a machine.
NOT_THE_PERSONS = r"called_number|fax|mls_(curr|prev)_list_agent_(phone|email)"


@pytest.mark.parametrize("name", sorted(profiles()))
def test_no_profile_ignores_a_phone_or_mail_that_its_spellings_fill(name: str) -> None:
    profile = profiles()[name]
    channels = {slot for group in profile.contacts for s in group.phones for slot in s.numbers}
    channels |= {mail for group in profile.contacts for mail in group.emails}

    filled = {*profile.aliases.values(), *spellings().values()}
    kinds = {field: fields()[field].kind for field in filled}
    reached = {field for field in filled if kinds[field] in (Kind.PHONE, Kind.EMAIL)}
    ignored = {field for field in reached - channels if not re.fullmatch(NOT_THE_PERSONS, field)}
    assert ignored == set()


def test_a_property_row_holds_eight_contacts_and_the_listing_agent() -> None:
    profile = profiles()["property_export"]
    assert profile.contactable is Contactable.NAME_AND_EMAIL
    assert [group.role for group in profile.contacts] == [
        *(f"contact_{n}" for n in range(1, 9)),
        "listing_agent",
        "owner",
    ]
    first, agent = profile.contacts[0], profile.contacts[-2]
    assert first.full_name == "contact_1_name"
    assert first.phones[1].do_not_call == "contact_1_phone_2_dnc"
    assert first.phones[1].litigator == "contact_1_phone_2_litigator"
    assert [phone.number for phone in agent.phones] == ["mls_curr_list_agent_phone"]
    assert agent.phones[0].do_not_call is None


def test_one_litigator_flag_may_speak_for_all_phones_of_a_row() -> None:
    owner, *others = profiles()["batchleads"].contacts
    for person in (owner, *others):
        assert {phone.litigator for phone in person.phones} == {"litigator"}
    assert owner.phones[0].do_not_call == "phone_1_dnc"


def test_a_call_counts_by_its_number_alone() -> None:
    assert profiles()["call_log"].contactable is Contactable.PHONE


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["email,email,contact,,,One", "email,email,contact,,,Two"], "stands there twice"),
        (["email,email,contact,,mail,One", "post,text,row,,Mail,Two"], "claimed by"),
        (["E mail,email,contact,,,One"], "no SQL name"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    lines: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(["name,kind,level,lead,aliases,description", *lines])
    (tmp_path / "fields.csv").write_text(text)
    monkeypatch.setattr(catalogue, "_HERE", tmp_path)
    with pytest.raises(catalogue.CatalogueError, match=complaint):
        fields.__wrapped__()

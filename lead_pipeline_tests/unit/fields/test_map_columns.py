"""How the columns of a file find their fields."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.mapping import APPLIED, SUGGESTED, SURE, map_columns

PERSON = ["Dana Example", "dana@example.com", "202-555-0123", "TX", "12 Oak St", "78701"]
OTHER = ["Alex Sample", "alex@example.com", "202-555-0124", "CA", "9 Elm Dr", "90210"]


def mapped(header: list[str], *rows: list[str], **options: object) -> list[str | None]:
    return [match.field for match in map_columns(header, rows, **options).columns]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "profile"),
    [
        ("created_time,ad_id,ad_name,form_id,is_organic,platform,full_name,email", "meta_leads"),
        ("id,created_time,form_id,which_model?,FULL_NAME,PHONE_NUMBER", "meta_leads"),
        ("lead_id,gcl_id,form_id,campaign_id,FULL_NAME,PHONE_NUMBER,EMAIL", "google_leads"),
        ("Lead ID,GCLID,Campaign Name,User Phone,User Email,User Name", "google_leads"),
        ("Record ID,First Name,Last Name,Email,Contact owner", "hubspot_contacts"),
        ("hs_object_id,createdate,email", "hubspot_contacts"),
        ("Id,IsDeleted,LastName,FirstName,Company,SystemModstamp", "salesforce_leads"),
        ("lead_id,flow_name,first_name,phone_1", "leadconduit"),
        ("Address,City,APN,Owner 1 First Name,Mailing Care of Name,Phone 1", "propstream"),
        ("First Name,Phone 1,Phone 1 DNC,Litigator,Property Address", "batchleads"),
        ("lead_id,property_address_full,owner_1_name,contact_1_phone1", "dealmachine"),
        ("uuid,customer_number,knowlarity_number,call_duration", "call_log"),
        ("Owner Name,Property Address,Phone", "property_list"),
        ("first name,email", "generic"),
        ("", "generic"),
    ],
)
def test_a_layout_is_known_by_its_header(header: str, profile: str) -> None:
    assert map_columns(header.split(",")).profile.name == profile


def test_order_case_and_punctuation_do_not_hide_a_layout() -> None:
    header = ["Recipient_Address", "PROPERTY ADDRESS", "contact 1 phone 1", "contact1name"]
    assert map_columns(header).profile.name == "property_export"


def test_a_profile_reads_a_header_its_own_way() -> None:
    assert mapped(["Id", "Name"], profile="call_log") == ["call_record_id", "full_name"]
    property_file = ["FirstName", "Contact1Name", "Contact1Phone_1", "PropertyAddress"]
    assert mapped([*property_file, "RecipientAddress"])[0] == "owner_first_name"
    assert mapped(["FirstName"]) == ["first_name"]


def test_a_person_has_the_last_word() -> None:
    overrides = {"Email": None, "Foo": "email"}
    email, foo = map_columns(["Email", "Foo"], overrides=overrides).columns
    assert (email.field, email.how, email.confidence) == (None, "override", 1.0)
    assert (foo.field, foo.how, foo.confidence) == ("email", "override", 1.0)


def test_an_override_that_names_no_field_is_ignored_and_told() -> None:
    mapping = map_columns(["Email", "Foo"], overrides={"Email": "retired", "Foo": None})
    assert mapping.columns[0] == map_columns(["Email", "Foo"]).columns[0]
    assert mapping.ignored == (("Email", "retired"),)


def test_a_wrong_profile_is_an_error() -> None:
    with pytest.raises(KeyError):
        map_columns(["Foo"], profile="no_such_profile")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Name,Email", "full_name,email"),
        ("Name,Surname", "first_name,last_name"),
        ("Nombre,Apellidos,Correo", "first_name,last_name,email"),
        ("Vorname,Name,Straße,PLZ,Ort", "first_name,last_name,address_1,postal_code,city"),
        ("Prénom,Nom,Ville", "first_name,last_name,city"),
        ("name,first_name", "full_name,first_name"),
        ("Nmae,Emial,Phne", "full_name,email,phone_1"),
        (
            "First,Last,DOB,Mobile,Zip/Postal",
            "first_name,last_name,date_of_birth,mobile_phone,postal_code",
        ),
        ("E-mail Address,Phone #,State,Status", "email,phone_1,state,status"),
        ("pura naam,shahar,pin code", "full_name,city,postal_code"),
        ("Título,Cargo,Empresa", "-,job_title,company"),
        ("Email Status,Agent Phone,Email Opt Out", "-,-,email_opt_out"),
        ("Shoe Size,Favourite colour,Row Number", "-,-,-"),
    ],
)
def test_headers_alone(header: str, expected: str) -> None:
    assert mapped(header.split(",")) == [
        name if name != "-" else None for name in expected.split(",")
    ]


def test_values_alone_tell_a_file_without_header() -> None:
    header = [f"column {number}" for number in range(1, 7)]
    assert mapped(header, PERSON, OTHER) == [
        "full_name",
        "email",
        "phone_1",
        "state",
        "address_1",
        "postal_code",
    ]
    assert mapped(header) == [None] * 6


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Address", ["a@example.com", "b@example.com"], "email"),
        ("Address", ["12 Oak St, Austin, TX 78701"], "address_full"),
        ("Address", ["12 Oak St", "9 Elm Dr"], "address_1"),
        ("State", ["open", "closed", "won"], "status"),
        ("State", ["TX", "CA"], "state"),
        ("Title", ["Mr", "Mrs."], "name_prefix"),
        ("Title", ["Director", "Sales Clerk"], "job_title"),
        ("Name", ["Acme LLC", "Example Inc."], "company"),
        ("Phone", ["True", "False"], None),
        ("Email", [f"{n} Oak St" for n in range(20)], None),
        ("Email", ["unknown at present"], "email"),
        ("Email", [f"person {n}@example..com" for n in range(40)], "email"),  # all wrong, but meant
        ("Phone", [f"555-{n:04}" for n in range(40)], "phone_1"),
        ("Phone", [f"555{n:04}" for n in range(40)], "phone_1"),
        ("Full Name", [f"Person {n}" for n in range(40)], "full_name"),
        ("Kolme", ["a@example.com", "b@example.com"], "email"),
    ],
)
def test_values_say_what_a_header_leaves_open(
    header: str, values: list[str], field: str | None
) -> None:
    assert mapped([header], *([value] for value in values)) == [field]


def test_two_columns_never_feed_one_field_but_people_may_have_several_phones() -> None:
    assert mapped(["Phone", "Telephone", "Cell", "Mobile"]) == [
        "phone_1",
        "phone_2",
        "mobile_phone",
        "phone_3",
    ]
    assert mapped(["Email", "Email", "E-mail 2"]) == ["email", "email_3", "email_2"]
    assert mapped(["name", "Name", "NAME"]) == ["full_name", None, None]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("campaign,email", "campaign_name,email"),
        ("campaign,campaign_name", "campaign,campaign_name"),
        ("Campaign Name,Campaign", "campaign_name,campaign"),
        ("lead_id,flow_name,campaign,campaign_name", "lead_id,flow_name,campaign,campaign_name"),
        ("Campaign,Campaign Status,Campaign Budget", "campaign_name,-,-"),
    ],
)
def test_a_campaign_that_is_named_twice_keeps_both(header: str, expected: str) -> None:
    assert mapped(header.split(",")) == [
        name if name != "-" else None for name in expected.split(",")
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("score,email", "lead_score"),
        ("lead_id,flow_name,score", "quality_score"),
        ("flow,phone,score", "quality_score"),
        ("Trusted Form,Jornaya Lead ID,email,Score", "quality_score"),
        ("is_duplicate,source_timestamp,email,score", "quality_score"),
        ("is_duplicate,email,score", "lead_score"),
        ("hs_object_id,createdate,flow_id,score", "quality_score"),
        ("lead_id,flow_name,score,quality_score", "lead_score"),
    ],
)
def test_score_is_the_quality_of_a_lead_beside_the_words_of_leadconduit(
    header: str, field: str
) -> None:
    names = header.split(",")
    found = dict(zip((name.lower() for name in names), mapped(names), strict=True))
    assert found["score"] == field


def test_a_column_that_lost_its_field_says_which() -> None:
    _, second = map_columns(["City", "Town"]).columns
    assert (second.field, second.suggestion, second.how) == (None, "city", "none")
    assert second.confidence < SURE


def test_a_doubtful_column_is_only_suggested() -> None:
    (match,) = map_columns(["Referred By (Name)"]).columns
    assert (match.field, match.suggestion) == (None, "referred_by")
    assert match.confidence < SURE


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Contact Title/Position", "job_title"),
        ("Town or City", "city"),
        ("Status (New/Sold/Lost)", "status"),
        ("Email/Phone", None),
    ],
)
def test_alternatives_mean_a_field_if_each_does(header: str, field: str | None) -> None:
    (match,) = map_columns([header]).columns
    assert match.field == field


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Name,Contact Person,Phone", ["company", "full_name", "phone_1"]),
        ("Customer Name,Contact Name", ["company", "full_name"]),
        ("Name,Ansprechpartner,Firma", ["full_name", None, "company"]),
        ("Student Name,Contact Person", ["full_name", None]),
        ("Name,Email", ["full_name", "email"]),
    ],
)
def test_a_name_beside_a_contact_person_is_the_company(
    header: str, fields: list[str | None]
) -> None:
    assert [match.field for match in map_columns(header.split(",")).columns] == fields


def test_a_full_name_in_two_words_of_another_field_is_no_such_field() -> None:
    matches = map_columns(["Nombre y Apellido", "Correo"]).columns
    assert [match.field for match in matches] == ["full_name", "email"]
    matches = map_columns(["Nom", "Prénom"]).columns
    assert [match.field for match in matches] == ["last_name", "first_name"]


@pytest.mark.parametrize(
    ("header", "field"),
    [("Emial", "email"), ("Frist Name", "first_name"), ("Citty", "city"), ("Contry", "country")],
)
def test_a_slip_of_the_pen_is_understood_but_not_surely(header: str, field: str) -> None:
    (match,) = map_columns([header]).columns
    assert match.field == field
    assert match.confidence < SURE


EMAILS = [f"person{n}@example.com" for n in range(40)]
PHONES = [f"(202) 555-01{n}" for n in range(10, 50)]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Col A,Col B", ["phone_1", "email"]),
        ("Contact,Details", ["phone_1", "email"]),  # words that say little
        ("Number,Write to", ["phone_1", "email"]),
        ("Email,Phone", ["phone_1", "email"]),  # swapped
        ("Agent,Manager Email", [None, None]),  # somebody else's
    ],
)
def test_values_tell_where_the_header_does_not(header: str, fields: list[str | None]) -> None:
    sample = list(zip(PHONES, EMAILS, strict=True))
    assert [m.field for m in map_columns(header.split(","), sample).columns] == fields


def test_values_against_the_header_are_never_sure() -> None:
    (match,) = map_columns(["Email"], [[phone] for phone in PHONES]).columns
    assert (match.field, match.how) == ("phone_1", "values")
    assert match.confidence < SURE


@pytest.mark.parametrize("word", ["Depth", "Quarter", "Later", "Operation", "Guide", "Tile"])
def test_an_ordinary_word_is_no_slip_of_the_pen(word: str) -> None:
    (match,) = map_columns([word]).columns
    assert match.field is None


def test_that_a_column_means_nothing_is_never_quite_sure() -> None:
    (match,) = map_columns(["Shoe size"]).columns
    assert match.field is None
    assert SURE < match.confidence <= 0.95


headers = st.lists(
    st.one_of(
        st.sampled_from([alias for field in fields().values() for alias in field.aliases]),
        st.text(max_size=20),
    ),
    max_size=12,
)
cells = st.lists(
    st.lists(st.one_of(st.none(), st.sampled_from(PERSON), st.text(max_size=10)), max_size=12),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(headers, cells)
def test_every_column_is_matched_once_and_no_field_is_fed_twice(
    header: list[str], rows: list[list[str | None]]
) -> None:
    matches = map_columns(header, rows).columns
    assert [(match.index, match.header) for match in matches] == list(enumerate(header))
    fed = [match.field for match in matches if match.field is not None]
    assert len(fed) == len(set(fed))
    for match in matches:
        assert 0 <= match.confidence <= 1
        assert (match.how == "none") == (match.field is None)
        assert match.field is None or match.suggestion is None
        assert match.field is None or match.confidence >= APPLIED > SUGGESTED


@pytest.mark.parametrize(
    "who", ["Enquirer", "Requester", "Driver", "From", "Homeowner", "Owner", "Buyer", "Guardian"]
)
def test_the_people_of_a_file_may_be_called_by_any_word(who: str) -> None:
    header = [f"{who} Name", f"{who} Mobile", f"{who} Email", f"{who} City", "Message"]
    fields = ["full_name", "mobile_phone", "email", "city", "comments"]
    if who == "Owner":  # the city of an owner is where post reaches them
        fields[3] = "recipient_city"
    assert mapped(header) == fields
    assert mapped([f"{who} First Name", f"{who.upper()}_LAST_NAME", f"{who}Phone"]) == [
        "first_name",
        "last_name",
        "phone_1",
    ]


def test_where_somebody_else_stands_in_the_file_an_owner_is_an_owner() -> None:
    found = mapped(["Owner Name", "Owner Phone", "Owner Email", "Name", "Email"])
    assert found == ["lead_owner", None, None, "full_name", "email"]
    assert mapped(["Driver Name", "Driver Email", "Phone"]) == [None, None, "phone_1"]


def test_those_who_work_for_the_supplier_are_never_the_people_of_a_file() -> None:
    ours = ("Agent", "Assistant", "Sales Rep", "Manager", "Recruiter", "Technician", "Branch")
    for who in (*ours, "Emergency Contact", "Child"):
        found = mapped([f"{who} Name", f"{who} Phone", f"{who} Email", "City"])
        assert {"full_name", "phone_1", "email"} & set(found) == set()


def test_an_owner_in_a_list_of_properties_has_the_phones_of_the_owner() -> None:
    header = ["Owner Name", "Property Address", "Owner Phone", "Owner Email"]
    assert mapped(header) == ["owner_full_name", "property_address", "phone_1", "email"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Contact - Email - Office", "work_email"),
        ("Person - Phone - Work", "work_phone"),
        ("Person - Labels", "file_tags"),
        ("Lead: utm_source", "utm_source"),
        ("Deal - deal_utm_content", "utm_content"),
        ("Deal - ID", None),
        ("Mobile__c", "mobile_phone"),
        ("Alternate_Email__c", "email_2"),
        ("Email__pc", "email"),
        ("Bldg Sq Ft", "square_footage"),
        ("(State / Region)", "state"),
        ("Land/Region geschäftlich", "country"),
        ("Date and Time Submitted", "submission_timestamp"),
        ("Time of Enquiry", "submission_timestamp"),
        ("Signed Up", "submission_timestamp"),
        ("Eingang am", "submission_timestamp"),
    ],
)
def test_words_around_a_clear_word_do_not_hide_it(header: str, field: str | None) -> None:
    assert mapped([header]) == [field]


def test_a_date_by_itself_is_when_the_lead_came() -> None:
    assert mapped(["Date", "Name"]) == ["submission_timestamp", "full_name"]
    assert mapped(["Datum", "Name"]) == ["submission_timestamp", "full_name"]
    assert mapped(["Date", "Created"]) == [None, "submission_timestamp"]


def test_a_whole_postal_code_may_stand_under_zip_4() -> None:
    assert mapped(["Zip+4"], ["78701-1234"], ["78702-0001"]) == ["postal_code"]
    assert mapped(["Zip+4"], ["1234"], ["0001"]) == ["zip_plus_4"]


def test_a_customer_list_of_meta_is_known_by_its_short_headers() -> None:
    header = ["fn", "ln", "ct", "st", "zip", "gen", "doby", "email", "phone"]
    assert mapped(header) == [
        "first_name", "last_name", "city", "state", "postal_code", "gender", None, "email",
        "phone_1",
    ]  # fmt: skip

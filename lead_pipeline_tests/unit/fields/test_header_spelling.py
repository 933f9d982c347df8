"""What is spelling in a header, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.fields.headers import header_signature, key, words
from lead_pipeline.fields.vocabulary import concepts, knownness


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("Contact1Email_1", ("contact", "1", "email", "1")),
        ("MLS_Curr_ListAgentName", ("mls", "curr", "list", "agent", "name")),
        ("E-mail Address", ("email", "address")),
        ("Phone #", ("phone", "number")),
        ("Phone #2", ("phone", "2")),
        ("D.O.B.", ("d", "o", "b")),
        ("Prénom", ("prenom",)),
        ("Straße", ("strasse",)),
        ("Driver's License", ("drivers", "license")),
        ("नाम", ("नाम",)),
        ("", ()),
    ],
)
def test_words_of_a_header(header: str, read: tuple[str, ...]) -> None:
    assert words(header) == read


@pytest.mark.parametrize("header", ["first_name", "FIRST NAME", "FirstName", " first-name* "])
def test_spellings_of_one_header_share_a_key(header: str) -> None:
    assert key(header) == "firstname"


def test_a_signature_knows_a_file_by_its_headers_in_any_order_and_spelling() -> None:
    assert header_signature(["First Name", "E-Mail"]) == header_signature(["email", "first_name"])
    assert header_signature(["First Name"]) != header_signature(["Last Name"])
    assert header_signature(["Phone", "Phone"]) != header_signature(["Phone"])


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Telefonnummer", "phone"),
        ("Correo electrónico", "email"),
        ("Code postal", "postal code"),
        ("Data de nascimento", "birth date"),
        ("Geburtsdatum", "birth date"),
        ("pura naam", "full name"),
        ("Nmae", "name"),
        ("Emial", "email"),
        ("Phne", "phone"),
        ("customeremail", "email"),
        ("frstname", "first name"),
    ],
)
def test_other_languages_glued_and_misspelt_words_are_understood(header: str, meant: str) -> None:
    assert set(meant.split()) <= concepts(header).keys()


@pytest.mark.parametrize("header", ["Game", "Portal", "Stapler", "Quartz"])
def test_ordinary_words_are_not_corrected_into_others(header: str) -> None:
    assert concepts(header) == {header.lower(): 1.0}
    assert knownness(header) == 0


@given(st.text(max_size=40))
def test_any_text_can_be_a_header(text: str) -> None:
    assert key(text) == "".join(words(text))
    assert 0 <= knownness(text) <= 1
    assert all(0 < surety <= 1 for surety in concepts(text).values())

"""What was typed is read in every way that makes sense."""

import pytest

from lead_pipeline.leads.question import Asked, read_question
from lead_pipeline.matching.sightings import Key

PHONE = Key("phone", "+12025550123")


@pytest.mark.parametrize(
    ("text", "keys", "lead_id"),
    [
        ("(202) 555-0123", (PHONE,), None),
        ("+1 202.555.0123", (PHONE,), None),
        ("2025550123", (PHONE,), 2025550123),
        (" Ann.Lee@Example.com ", (Key("email", "ann.lee@example.com"),), None),
        ("ann.lee+x@gmail.com", (Key("email", "annlee@gmail.com"),), None),
        ("42", (), 42),
        ("l:1881", (), None),
        ("ann@", (), None),
        ("0", (), None),
        ("9" * 30, (), None),
        ("²", (), None),
        ("", (), None),
    ],
)
def test_a_question_has_every_reading_that_makes_sense(
    text: str, keys: tuple[Key, ...], lead_id: int | None
) -> None:
    assert read_question(text, "US") == Asked(text.strip(), keys, lead_id)


def test_an_id_is_asked_for_as_typed_and_as_it_is_kept() -> None:
    assert read_question("l:1881", "US").external_ids == ["l:1881", "1881"]
    assert read_question("c-7", "US").external_ids == ["c-7"]


def test_a_phone_without_a_country_code_is_one_of_the_region() -> None:
    assert read_question("0131 496 0123", "GB").keys == (Key("phone", "+441314960123"),)


def test_the_readings_are_told_in_words() -> None:
    assert read_question("2025550123", "US").read_as == [
        "phone +12025550123", "lead 2025550123", "external id 2025550123",
    ]  # fmt: skip

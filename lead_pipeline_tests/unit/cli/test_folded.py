"""Lines that differ in their numbers only become one, and no line is lost."""

from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.cli.folded import fold
from lead_pipeline.cli.output import shortened


def test_numbered_lines_are_one_line_with_their_ranges() -> None:
    lines = [
        ("Name", "full_name"),
        *((f"Contact{c}Phone_{p}", f"contact_{c}_phone_{p}") for c in "123" for p in "12"),
        ("City", "city"),
    ]
    assert [(line.cells, len(line.places)) for line in fold(lines)] == [
        (("Name", "full_name"), 1),
        (("Contact1-3Phone_1-2", "contact_1-3_phone_1-2"), 6),
        (("City", "city"), 1),
    ]


def test_lines_that_stand_apart_are_folded_where_the_first_stood() -> None:
    lines = [("Phone 1",), ("Type 1",), ("Phone 2",), ("Type 2",), ("Phone 3",)]
    assert [line.cells for line in fold(lines)] == [("Phone 1-3",), ("Type 1",), ("Type 2",)]


def test_what_differs_in_more_than_numbers_stays() -> None:
    lines = [("Phone 1", "phone_1"), ("Phone 2", "extra: Phone 2"), ("Phone 3", "phone_3")]
    assert [line.cells for line in fold(lines)] == lines


@given(st.lists(st.tuples(st.text("ab12²", max_size=4), st.text("a1", max_size=3)), max_size=12))
def test_every_line_is_in_exactly_one(lines: list[tuple[str, str]]) -> None:
    places = [place for line in fold(lines) for place in line.places]
    assert sorted(places) == list(range(len(lines)))


@given(st.text(max_size=30), st.integers(2, 20))
def test_a_shortened_text_fits_and_begins_and_ends_as_it_did(text: str, width: int) -> None:
    short = shortened(text, width)
    assert len(short) == min(len(text), width)
    begin, mark, end = short.partition("…")
    assert text.startswith(begin)
    assert short == text or (mark and text.endswith(end))

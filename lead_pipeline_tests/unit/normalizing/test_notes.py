"""What was wrong with single values is kept beside the rows it concerns."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.normalizing.notes import Notes

NONE = Notes()


def texts(*values: str | None) -> pa.StringArray:
    return pa.array(values, pa.string())


def told(notes: Notes, *rows: int, others: Notes = NONE) -> list[list[dict[str, str]] | None]:
    """The notes on these rows, read back from JSON."""
    found = notes.as_json(pa.array(rows, pa.uint64()), others).to_pylist()
    return [json.loads(text) if text is not None else None for text in found]


def test_a_value_with_a_code_is_noted_with_its_raw_text() -> None:
    notes = Notes()
    notes.add("phone_1", texts("12", "202-555-0101", None), texts("too_short", None, None))
    assert told(notes, 0, 1, 2) == [
        [{"field": "phone_1", "raw": "12", "code": "too_short"}], None, None,
    ]  # fmt: skip


def test_what_a_mail_may_have_been_meant_to_be_is_suggested_where_it_is_known() -> None:
    notes = Notes()
    notes.add(
        "email",
        texts("ann@gmial.example", "no mail"),
        texts("suspicious_domain", "no_at_sign"),
        texts("ann@gmail.example", None),
    )
    assert told(notes, 0, 1) == [
        [{"field": "email", "raw": "ann@gmial.example", "code": "suspicious_domain",
          "suggestion": "ann@gmail.example"}],
        [{"field": "email", "raw": "no mail", "code": "no_at_sign"}],
    ]  # fmt: skip


def test_the_notes_of_a_contact_stand_before_those_of_its_row() -> None:
    contact, row = Notes(), Notes()
    row.add("postal_code", texts("501", "601"), texts("zero_padded", "zero_padded"))
    contact.add("email", texts("x", None), texts("no_at_sign", None))
    found = told(contact, 0, 1, others=row)
    fields = [[note["field"] for note in notes or ()] for notes in found]
    assert fields == [["email", "postal_code"], ["postal_code"]]


def test_only_the_rows_asked_for_are_told_in_the_order_asked() -> None:
    notes = Notes()
    notes.add("city", texts("a", "b", "c"), texts("odd", "odd", "odd"))
    assert [[note["raw"] for note in found or ()] for found in told(notes, 2, 0)] == [["c"], ["a"]]


def test_letters_of_any_language_stay_readable() -> None:
    notes = Notes()
    notes.add("city", texts('Łódź "x"\n'), texts("odd"))
    (text,) = notes.as_json(pa.array([0], pa.uint64()), NONE).to_pylist()
    assert text == '[{"field": "city", "raw": "Łódź \\"x\\"\\n", "code": "odd"}]'


def test_nothing_noted_is_null_for_every_row() -> None:
    notes = Notes()
    notes.add("city", texts("a", "b"), texts(None, None))
    notes.add("email", texts(), texts())
    assert told(notes, 0, 1) == [None, None]
    assert told(notes) == []


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.sampled_from("pq")), max_size=6))
def test_every_code_is_noted_once_with_its_own_text(cells: list[tuple[str, str | None]]) -> None:
    notes = Notes()
    notes.add("x", texts(*(raw for raw, _ in cells)), texts(*(code for _, code in cells)))
    assert told(notes, *range(len(cells))) == [
        [{"field": "x", "raw": raw, "code": code}] if code else None for raw, code in cells
    ]

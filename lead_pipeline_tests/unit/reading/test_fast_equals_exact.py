"""Whatever the fast reader accepts, the exact reader reads the same way."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lead_pipeline.reading.fast import FastReader
from lead_pipeline.reading.records import Dialect, RecordReader
from lead_pipeline.reading.shaping import RowShaper
from lead_pipeline.reading.tally import Tally

# Everything that has a meaning to one of the readers, and little else.
soup = st.lists(
    st.sampled_from(
        ["a", "é", "0", " ", ",", ",", ";", '"', '"', '""', "'", "\\", "\n", "\n", "\r\n", "\r",
         "\t", '","', '"\n"', "\ufeff", "\x01", "\x0b", "\u2028"]
    ),
    max_size=60,
).map("".join)  # fmt: skip
dialects = st.sampled_from(
    [Dialect(","), Dialect(","), Dialect(";", "'"), Dialect(",", ""), Dialect(",", '"', "\\"),
     Dialect("\t"), Dialect("")]
)  # fmt: skip


@settings(max_examples=1500)
@given(soup, dialects, st.integers(1, 4), st.booleans())
@example('"a","b"\n"c","d"\n', Dialect(","), 2, True)
@example('"a\nb","b"\n"c"', Dialect(","), 2, False)
@example(",\n\n,", Dialect(","), 2, True)
@example("a\n\nb", Dialect(""), 1, True)
def test_on_any_soup(text: str, dialect: Dialect, width: int, final: bool) -> None:
    assert_same(text.encode(), dialect, width, final)


cells = st.text(st.sampled_from('ab0 ,"\n\r'), max_size=8)


@settings(max_examples=500)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8), st.booleans())
def test_on_well_formed_text(rows: list[list[str]], final: bool) -> None:
    text = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
    )
    assert_same(text.encode(), Dialect(","), 3, final)


def assert_same(buffer: bytes, dialect: Dialect, width: int, final: bool) -> None:
    found = FastReader(dialect, width).read(buffer, final)
    shaper = RowShaper(dialect, ["a"] * width, [""] * width, tally := Tally())
    fast = shaper.accept(found[0], 7) if found else None
    if found is None or fast is None:
        return
    records = [r for r in RecordReader(dialect, width).read(buffer, final) if r.stop <= found[1]]
    exact = shaper.shape(buffer, records, 7)
    assert fast.cells.equals(exact.cells)
    assert fast.numbers.equals(exact.numbers)
    assert (fast.blank, fast.records) == (exact.blank, exact.records)
    assert not exact.rejected
    assert records[-1].stop == found[1]
    assert not tally.problems()


def test_clean_text_is_accepted_whole() -> None:
    text = b'a,b\n"x, y","line\nbreak"\n,""\n'
    found = FastReader(Dialect(","), 2).read(text, final=True)
    assert found is not None
    assert found[1] == len(text)


def test_the_clean_beginning_is_accepted_up_to_the_first_odd_quote() -> None:
    clean = b'1,"2"\n3,4\n'
    found = FastReader(Dialect(","), 2).read(clean + b'5,x"y\n6,"7"z\n8,9\n', final=True)
    assert found is not None
    assert found[1] == len(clean)

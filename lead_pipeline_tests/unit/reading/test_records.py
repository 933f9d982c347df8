"""The exact reader: every broken record is still one record, and takes no other with it."""

import pytest

from lead_pipeline.reading.records import MAX_QUOTED, Dialect, Record, RecordReader


def records_of(text: str, dialect: Dialect, width: int | None) -> list[Record]:
    return list(RecordReader(dialect, width).read(text.encode(), final=True))


def cells_of(text: str, dialect: Dialect = Dialect(","), width: int | None = 3) -> list[list[str]]:  # noqa: B008
    return [[cell.decode() for cell in r.cells] for r in records_of(text, dialect, width)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b,c\n1,2,3", [["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b,c\r1,2,3\r\n4,5,6\n", [["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]),
        ("\n\r\n\r", [[""], [""], [""]]),
        ('"a","b, c","d ""e"""', [["a", "b, c", 'd "e"']]),
        ('"a\r\nb",2,3\n4,5,6', [["a\r\nb", "2", "3"], ["4", "5", "6"]]),
        ('"a" , "b",\t"c"', [["a", "b", "c"]]),
        ("  a , b,c ", [["  a ", " b", "c "]]),
        ("5' 10\",b,c", [["5' 10\"", "b", "c"]]),
        (",,\n", [["", "", ""]]),
        ('"","",""', [["", "", ""]]),
    ],
)
def test_sound_records_are_read_as_rfc_4180_says(text: str, rows: list[list[str]]) -> None:
    assert cells_of(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        # a quote too much before, within or after a quoted cell
        ('""a","b","c"', [['"a', "b", "c"]]),
        ('"a "b" c","d","e"', [['a "b" c', "d", "e"]]),
        ('"a""x","b"","c"', [['a"x', 'b"', "c"]]),
        # a closing quote is missing: the cell ends at the next delimiter
        ('"a,"b","c"', [['"a', "b", "c"]]),
        # a quote that nobody closes takes nothing with it
        ('1,"b,3\n4,5,6\n7,8,9', [["1", '"b', "3"], ["4", "5", "6"], ["7", "8", "9"]]),
        ('1,2,"c\n4,5,6\n7,8,"i"', [["1", "2", '"c'], ["4", "5", "6"], ["7", "8", "i"]]),
        # a backslash before a quote in a file that doubles them elsewhere
        ('"a \\"b\\", c","d","e"', [['a "b", c', "d", "e"]]),
        # stray quotes and a line break in one cell
        ('1,"He said "hi" to\nher",3', [["1", 'He said "hi" to\nher', "3"]]),
    ],
)
def test_broken_quotes_are_read_so_that_the_row_has_its_cells(
    text: str, rows: list[list[str]]
) -> None:
    assert cells_of(text) == rows


def test_a_quote_closed_by_chance_rows_later_does_not_swallow_the_rows_between() -> None:
    rows = [f"{i},name,note" for i in range(10)]
    text = "\n".join(['0,"name,note', *rows, '9,name",note'])
    found = cells_of(text)
    assert len(found) == 12
    assert found[1:11] == [row.split(",") for row in rows]


def test_an_open_quote_without_an_end_is_given_up_after_a_few_megabytes() -> None:
    text = '"open,2,3\n' + "4,5,6\n" * (MAX_QUOTED // 6 + 10)
    reader = RecordReader(Dialect(","), 3)
    first = next(reader.read(text.encode(), final=False))
    assert (first.cells, first.flaw) == ([b'"open', b"2", b"3"], "unterminated_quote")


@pytest.mark.parametrize(
    ("dialect", "text", "rows"),
    [
        (Dialect("||"), 'a||"b||c"||d', [["a", "b||c", "d"]]),
        (Dialect("\t"), '"a"\tb c\t ', [["a", "b c", " "]]),
        (Dialect("§"), "a§b§c", [["a", "b", "c"]]),
        (Dialect(";", "'"), "'a;b';'it''s';c", [["a;b", "it's", "c"]]),
        (Dialect(",", '"', "\\"), r'"a\"b","c\\","d\n"', [['a"b', "c\\", "d\\n"]]),
        (Dialect(",", "", "\\"), r"a\,b,c,d", [["a,b", "c", "d"]]),
        (Dialect(",", ""), '"a,b",c', [['"a', 'b"', "c"]]),
        (Dialect(""), "one, two\nthree", [["one, two"], ["three"]]),
    ],
)
def test_dialects_of_every_kind(dialect: Dialect, text: str, rows: list[list[str]]) -> None:
    assert cells_of(text, dialect) == rows


def test_a_record_cut_off_by_the_end_of_the_buffer_waits_for_the_rest() -> None:
    reader = RecordReader(Dialect(","), 2)
    whole = b'1,2\r\n3,"4\n5"\n6,7\r'
    assert [r.stop for r in reader.read(whole, final=False)] == [5, 13]
    assert [r.stop for r in reader.read(whole, final=True)] == [5, 13, 17]

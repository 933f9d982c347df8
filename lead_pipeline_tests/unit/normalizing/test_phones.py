"""Phone columns: what each kind of cell gives, and that libphonenumber would say the same."""

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lead_pipeline.normalizing.phones import Phones, normalize_phones


def phones(*cells: str | None, region: str = "US") -> Phones:
    return normalize_phones(pa.array(cells, pa.string()), region)


@pytest.mark.parametrize(
    "cell",
    [
        "2025550123",
        "(202) 555-0123",
        "202.555.0123",
        "1-202-555-0123",
        "+1 (202) 555-0123",
        "+12025550123",
        "011 1 202 555 0123",
        "p:+12025550123",
        "tel:+1-202-555-0123",
        '="2025550123"',
        "'2025550123",
        "2025550123.0",
        "12025550123.0",
        "2.025550123E+09",
        "2.025550123E9",
        "٢٠٢٥٥٥٠١٢٣",
        "２０２５５５０１２３",
        "202\u00a0555\u00a00123",
        "\u202a202-555-0123\u202c",
        "Phone: 202-555-0123",
        "202-555-0123 (home)",
        "202-555-0123 cell",
        # what spreadsheets and data frames make of a quantity
        "12025550123.00",
        "202 555 0123.0",
        "(202) 555-0123.0",
        "2,025,550,123",
        "12,025,550,123",
        '"2,025,550,123.00"',
        # dialled by another region's rules, or a country code put before one that was there
        "0012025550123",
        "001 202 555 0123",
        "+0012025550123",
        "+01 202 555 0123",
        "+1+12025550123",
        "+1 +1 (202) 555-0123",
        # the empty rest of an extension
        "202-555-0123 #",
        "202-555-0123 ext.",
        "202-555-0123 ext",
        # HTML
        "&#40;202&#41;&nbsp;555-0123",
        "&#43;1 202 555 0123",
    ],
)
def test_every_way_to_write_one_number_gives_it(cell: str) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == ["+12025550123"]
    assert read.last10.to_pylist() == ["2025550123"]
    assert read.extension.to_pylist() == [None]
    assert read.others.to_pylist() == [None]
    assert read.problems.to_pylist() == [None]


@pytest.mark.parametrize(
    ("cell", "extension"),
    [
        ("202-555-0123 x12", "12"),
        ("(202) 555-0123 ext. 4", "4"),
        ("202-555-0123, ext. 4", "4"),
        ("2025550123X0042", "0042"),
        ("202-555-0123 extension 7", "7"),
        ("+1 202 555 0123 EXT: 99", "99"),
        ("202-555-0123,,45", "45"),
        ("202-555-0123 #6", "6"),
        ("tel:+12025550123;ext=8", "8"),
    ],
)
def test_an_extension_is_kept_beside_the_number(cell: str, extension: str) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == ["+12025550123"]
    assert read.extension.to_pylist() == [extension]
    assert read.problems.to_pylist() == [None]


@pytest.mark.parametrize(
    "cell",
    [
        "202-555-0123 / 202-555-0124",
        "(202) 555-0123/(202) 555-0124",
        "2025550123;2025550124",
        "2025550123,2025550124",
        "2025550123, 202-555-0124, 202-555-0123",
        "2025550123\n2025550124",
        "2025550123 2025550124",
        "202-555-0123 or 202-555-0124",
        "202-555-0123 & 202-555-0124",
        "202-555-0123 | 202-555-0124",
        "home: 202-555-0123 cell: 202-555-0124",
        "202-555-0123 (home); 202-555-0124 (cell)",
        "202-555-0123 ::: 202-555-0124",
        "+1 202-555-0123 ::: +1 202-555-0124",
        "202-555-0123 202-555-0124",
        "(202) 555-0123 (202) 555-0124",
        "(202)555-0123(202)555-0124",
        "202.555.0123 202.555.0124",
        "+12025550123+12025550124",
        "2025550123-2025550124",
        "2025550123 - 2025550124",
        "202-555-0123 - 202-555-0124",
        "202-555-0123 _ 202-555-0124",
        "202-555-0123 \\ 202-555-0124",
        "202-555-0123 • 202-555-0124",
        "202-555-0123\t202-555-0124",
        "202-555-0123 &amp; 202-555-0124",
        "0012025550123 / 0012025550124",
    ],
)
def test_several_numbers_in_a_cell_are_all_kept(cell: str) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == ["+12025550123"]
    assert read.others.to_pylist() == [["+12025550124"]]
    assert read.problems.to_pylist() == [None]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("n/a", "invalid_phone"),
        ("555-0123", "invalid_phone"),
        ("000-000-0000", "invalid_phone"),
        ("123456789012345678901234567890", "invalid_phone"),
        ("7" * 300, "invalid_phone"),
        ("4.4E+11", "lost_digits"),
        ("2.02555E+09", "lost_digits"),
        ("2,02555E+09", "lost_digits"),
        (" / ".join(["202-555-0123"] * 11), "too_many_numbers"),
    ],
)
def test_a_cell_without_a_number_says_why(cell: str, problem: str) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == [None]
    assert read.last10.to_pylist() == [None]
    assert read.problems.to_pylist() == [problem]


def test_a_bad_number_beside_a_good_one_is_said() -> None:
    read = phones("202-555-0123 / 555-0124", "202-555-0123/4")
    assert read.e164.to_pylist() == ["+12025550123", "+12025550123"]
    assert read.others.to_pylist() == [None, None]
    assert read.problems.to_pylist() == ["partly_invalid_phone"] * 2


@pytest.mark.parametrize(
    ("cell", "others"),
    [
        ("202-555-0123 ask for Ann", None),
        ("202-555-0123 (DNC)", None),
        ("202-555-0123 VOIP", None),
        ("202-555-0123 (asked 3 May)", None),
        ("call 202-555-0123 after 5", None),
        ("202-555-0123 or after 5 pm", None),
        ("202-555-0123 - Ann / 202-555-0124 - Bob", ["+12025550124"]),
        ("202-555-0123 Ann 202-555-0124 Bob", ["+12025550124"]),
        ("202-555-0123 before 202-555-0124", ["+12025550124"]),
    ],
)
def test_words_behind_a_number_are_told_and_cost_no_number(
    cell: str, others: list[str] | None
) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == ["+12025550123"]
    assert read.others.to_pylist() == [others]
    assert read.problems.to_pylist() == ["words_beside_phone"]


@pytest.mark.parametrize(
    "cell",
    ["2024-12-05 10:15", "since 12/05/2024 10:15", "Order 55512025550101", "9999 8888 7777 6"],
)
def test_dates_and_long_digits_are_no_numbers(cell: str) -> None:
    read = phones(cell)
    assert read.e164.to_pylist() == [None]
    assert read.problems.to_pylist() == ["invalid_phone"]


@pytest.mark.parametrize(
    "cell",
    [
        "030/2312500 / 0151/23456789",
        "030/2312500; 0151/23456789",
        "030 / 2312500, 0151 / 23456789",
        "030/2312500/0151/23456789",
        "(030) 2312500 / (0151) 23456789",
        "030 2312500 0151 23456789",
        "030 2312500 (0151) 23456789",
        "030 2312500 und 0151 23456789",
        "030 2312500 oder 0151 23456789",
    ],
)
def test_a_slash_or_a_blank_within_a_number_parts_nothing(cell: str) -> None:
    read = phones(cell, region="DE")
    assert read.e164.to_pylist() == ["+49302312500"]
    assert read.others.to_pylist() == [["+4915123456789"]]
    assert read.problems.to_pylist() == [None]


def test_letters_are_no_digits_where_the_number_is_one_without_them() -> None:
    read = phones("030-2312500 (abends)", region="DE")
    assert read.e164.to_pylist() == ["+49302312500"]
    assert read.problems.to_pylist() == ["words_beside_phone"]


def test_letters_are_dialled_as_on_a_keypad() -> None:
    assert phones("1-800-FLOWERS").e164.to_pylist() == ["+18003569377"]
    assert phones("1-800-225-HOME").e164.to_pylist() == ["+18002254663"]


@pytest.mark.parametrize(
    ("cell", "region", "e164"),
    [
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("011 44 20 7946 0958", "US", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("030/23125 123", "DE", "+493023125123"),
        ("06 698 12345", "IT", "+390669812345"),
        ("+12025550123", "DE", "+12025550123"),
    ],
)
def test_numbers_of_other_countries_are_read(cell: str, region: str, e164: str) -> None:
    assert phones(cell, region=region).e164.to_pylist() == [e164]


def test_the_last_ten_digits_need_ten_digits() -> None:
    read = phones("+47 22 12 34 56", "+44 20 7946 0958")
    assert read.e164.to_pylist() == ["+4722123456", "+442079460958"]
    assert read.last10.to_pylist() == ["4722123456", "2079460958"]
    assert phones("+298 201234").last10.to_pylist() == [None]


def test_empty_and_blank_cells_give_nothing_and_no_problem() -> None:
    read = phones(None, "", "  ", "\u00a0")
    assert read.e164.to_pylist() == [None] * 4
    assert read.problems.to_pylist() == [None] * 4


def test_a_column_of_no_rows_has_the_same_types() -> None:
    empty, one = phones(), phones("2025550123")
    for name in Phones.__dataclass_fields__:
        assert len(getattr(empty, name)) == 0
        assert getattr(empty, name).type == getattr(one, name).type


def test_a_slice_of_a_column_is_read_like_a_column() -> None:
    column = pa.array(["junk", "202-555-0123 x1", "2025550124", None, "1 / 2"])
    assert normalize_phones(column.slice(1, 3)) == normalize_phones(
        pa.array(column.slice(1, 3).to_pylist())
    )


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(ValueError, match="'ZZ' is not a region"):
        phones("2025550123", region="ZZ")


def by_library(text: str, region: str) -> tuple[str | None, str | None]:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_valid_number(number):
        return None, None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, number.extension


separators = st.sampled_from(["", "", "-", " ", ".", ") "])
us_numbers = st.builds(
    lambda code, area, exchange, line, a, b: f"{code}{area}{a}{exchange}{b}{line:04d}",
    st.sampled_from(["", "1", "+1", "1-", "+1 (", "("]),
    st.sampled_from(["202", "212", "305", "242", "787", "604", "800", "900", "555", "999", "011"]),
    st.sampled_from(["555", "234", "911", "012", "55"]),
    st.integers(0, 199),
    separators,
    separators,
)
extensions = st.builds(
    lambda space, label, after, digits: f"{space}{label}{after}{digits}",
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(["x", "X", "ext", "Ext", "extn", "extension", "xt", "#", "int", ",,"]),
    st.sampled_from(["", " ", ":", ". "]),
    st.integers(0, 999_999),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(us_numbers | st.builds(str.__add__, us_numbers, extensions), max_size=30),
    st.sampled_from(["US", "CA", "DO", "GB"]),
)
def test_a_number_with_or_without_extension_is_what_the_library_says(
    cells: list[str], region: str
) -> None:
    read = phones(*cells, region=region)
    ours = zip(read.e164.to_pylist(), read.extension.to_pylist(), strict=True)
    assert list(ours) == [by_library(cell, region) for cell in cells]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30) | us_numbers, max_size=20))
def test_whatever_the_library_accepts_as_one_number_is_accepted(cells: list[str]) -> None:
    read = phones(*cells)
    rows = zip(cells, read.e164.to_pylist(), read.others.to_pylist(), strict=True)
    for cell, e164, others in rows:
        expected, extension = by_library(cell, "US")
        if expected and not others and len(extension or "") < 7:
            assert e164 == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | us_numbers | st.text(max_size=40), max_size=20))
def test_a_cell_gives_a_number_or_a_problem_unless_it_is_blank(cells: list[str | None]) -> None:
    read = phones(*cells)
    rows = zip(cells, read.e164.to_pylist(), read.problems.to_pylist(), strict=True)
    for cell, e164, problem in rows:
        assert (e164 is None and problem is None) == (not (cell or "").strip())


@settings(max_examples=50, deadline=None)
@given(st.lists(us_numbers, max_size=20))
def test_reading_a_result_again_changes_nothing(cells: list[str]) -> None:
    once = phones(*cells).e164
    assert normalize_phones(once).e164.equals(once)

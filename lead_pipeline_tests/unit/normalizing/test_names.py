"""Names of people and companies, out of one column or several."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nameparser import Lexicon

from lead_pipeline.normalizing.companies import is_company
from lead_pipeline.normalizing.name_case import set_words
from lead_pipeline.normalizing.name_parts import PARTS, split_by_library, split_plain_names
from lead_pipeline.normalizing.names import Names, normalize_names

FIRST, MIDDLE, LAST = "first_name", "middle_name", "last_name"


def row(names: Names, *fields: str) -> tuple[object, ...]:
    return tuple(getattr(names, field)[0].as_py() for field in fields)


def from_full(name: str | None) -> Names:
    return normalize_names(pa.array([name], pa.string()), None, None, None)


def from_parts(first: str | None, middle: str | None, last: str | None) -> Names:
    return normalize_names(None, *(pa.array([n], pa.string()) for n in (first, middle, last)))


@pytest.mark.parametrize(
    ("name", "first", "middle", "last"),
    [
        ("Jane Doe", "Jane", None, "Doe"),
        ("JANE DOE", "Jane", None, "Doe"),
        ("jane q. doe", "Jane", "Q.", "Doe"),
        ("Doe, Jane", "Jane", None, "Doe"),
        ("DOE, JANE Q", "Jane", "Q", "Doe"),
        ("DOE, Jane", "Jane", None, "Doe"),
        ("Jane", "Jane", None, None),
        ("Mr Doe", None, None, "Doe"),
        ("JOHN MCDONALD", "John", None, "McDonald"),
        ("JANE O'BRIEN", "Jane", None, "O'Brien"),
        ("MARY-ANN D'ANGELO", "Mary-Ann", None, "D'Angelo"),
        ("JOSE MACHADO", "Jose", None, "Machado"),
        ("Jane DeLuca", "Jane", None, "DeLuca"),
        ("JAN VAN DER BERG", "Jan", None, "van der Berg"),
        ("Juan de la Cruz", "Juan", None, "de la Cruz"),
        ("MACKENZIE ST. JOHN", "MacKenzie", None, "St. John"),
        ("juan san martin", "Juan", None, "San Martin"),
        ("José Núñez", "José", None, "Núñez"),
        ("Jane Quentin Adams Doe", "Jane", "Quentin Adams", "Doe"),
        ("Eric Church", "Eric", None, "Church"),
    ],
)
def test_the_name_of_one_person_is_split(
    name: str, first: str | None, middle: str | None, last: str | None
) -> None:
    assert row(from_full(name), FIRST, MIDDLE, LAST, "problems") == (first, middle, last, None)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("ann OAK", "Ann Oak"),
        ("jANE dOE", "Jane Doe"),
        ("Ann oak", "Ann Oak"),
        ("oak, Ann", "Ann Oak"),
        ("ann McKay", "Ann McKay"),
        ("ann MCKAY", "Ann McKay"),
        ("Ann o'brien", "Ann O'Brien"),
        ("mary-ann SMITH-ROE", "Mary-Ann Smith-Roe"),
        ("jOSÉ nÚÑEZ", "José Núñez"),
        ("Maria de la CRUZ", "Maria de la Cruz"),
        ("JAN van der BERG", "Jan van der Berg"),
        ("John DAVID Roe", "John David Roe"),
        ("dr. jane DOE", "Jane Doe"),
        ("john DOE iii", "John Doe III"),
    ],
)
def test_words_that_are_surely_in_the_wrong_case_are_set(name: str, full: str) -> None:
    assert row(from_full(name), "full_name") == (full,)


@pytest.mark.parametrize(
    "name",
    ["John McKay", "Jane DeLuca", "Jan van der Berg", "Jane O'Brien", "JP Morgan", "DJ Roe",
     "Ann-Marie LaRue", "J.R. Roe", "John Q Public", "Jane d'Arc", "Min-jun Kim",
     "Juan de la Cruz", "Maria y Cruz", "Ann FitzRoe", "Jane Doe MD", "Jane Doe MBA", "Wong LI",
     "山田太郎", "Ὀδυσσεύς Ρω"],
)  # fmt: skip
def test_names_that_are_right_stay_as_written(name: str) -> None:
    assert row(from_full(name), "full_name") == (name,)


@pytest.mark.parametrize(
    ("first", "last", "full"),
    [("ann", "OAK", "Ann Oak"), ("jANE", "dOE", "Jane Doe"), ("ann", "van Roe", "Ann van Roe"),
     ("jo ANN", "Roe", "Jo Ann Roe"), ("Ann", "LaRue", "Ann LaRue")],
)  # fmt: skip
def test_words_are_set_in_names_that_stand_apart(first: str, last: str, full: str) -> None:
    names = from_parts(first, None, last)
    assert row(names, "full_name") == (full,)
    assert f"{names.first_name[0]} {names.last_name[0]}" == full


@given(st.lists(st.none() | st.text(max_size=12), max_size=6))
def test_setting_words_changes_nothing_but_their_case(cells: list[str | None]) -> None:
    mended = set_words(pa.array(cells, pa.string())).to_pylist()
    folded = [cell and cell.casefold() for cell in cells]
    assert [cell and cell.casefold() for cell in mended] == folded


@pytest.mark.parametrize(
    ("name", "prefix", "full", "suffix"),
    [
        ("Dr. JANE DOE III", "Dr.", "Jane Doe III", "III"),
        ("JOHN DOE JR.", None, "John Doe Jr", "Jr"),
        ("Doe Jr., John", None, "John Doe Jr", "Jr"),
        ("john doe, iv", None, "John Doe IV", "IV"),
        ("Jane Doe, MD", None, "Jane Doe MD", "MD"),
        ("Mrs Jane Doe", "Mrs", "Jane Doe", None),
    ],
)
def test_titles_and_suffixes_are_taken_off(
    name: str, prefix: str | None, full: str, suffix: str | None
) -> None:
    assert row(from_full(name), "prefix", "full_name", "suffix") == (prefix, full, suffix)


@pytest.mark.parametrize(
    "name",
    ["ACME HOLDINGS LLC", "Acme, Inc.", "The Doe Family Trust", "Estate of John Doe",
     "Doe & Sons Co", "Bank of Anywhere", "First Baptist Church", "City of Anywhere",
     "DOE JANE TR"],
)  # fmt: skip
def test_a_company_is_never_split_and_keeps_its_capitals(name: str) -> None:
    names = from_full(name)

    assert row(names, "full_name", "is_company") == (name, True)
    assert row(names, FIRST, MIDDLE, LAST, "problems") == (None, None, None, None)


@pytest.mark.parametrize("name", ["Jane Church", "Robin Banks", "John Co", "Co Nguyen", "Inca Doe"])
def test_a_person_with_the_surname_of_a_thing_is_no_company(name: str) -> None:
    assert is_company(pa.array([name])).to_pylist() == [False]


@pytest.mark.parametrize(
    ("name", "full", "problem"),
    [
        ("John & Mary Doe", "John & Mary Doe", "two_people"),
        ("JOHN DOE AND MARY ROE", "John Doe and Mary Roe", "two_people"),
        ("Mr. & Mrs. Doe", "Mr. & Mrs. Doe", "two_people"),
        ("John Doe et al", "John Doe et al", "two_people"),
        ("jane@example.com", None, "not_a_name"),
        ("202-555-0123", None, "not_a_name"),
        ("???", None, "not_a_name"),
        ("Wants to be called " + "very " * 20 + "late", None, "unsplit_name"),
        ("N/A", None, None),
        (None, None, None),
    ],
)
def test_what_is_not_one_person_is_told_and_not_split(
    name: str | None, full: str | None, problem: str | None
) -> None:
    names = from_full(name)

    assert row(names, FIRST, MIDDLE, LAST, "problems") == (None, None, None, problem)
    if problem != "unsplit_name":
        assert row(names, "full_name") == (full,)


@pytest.mark.parametrize(
    ("columns", "first", "middle", "last", "full"),
    [
        (("JANE", "Q", "DOE"), "Jane", "Q", "Doe", "Jane Q Doe"),
        (("Mary Ann", None, "Doe"), "Mary Ann", None, "Doe", "Mary Ann Doe"),
        (("John Q", None, "DOE"), "John", "Q", "Doe", "John Q Doe"),
        (
            ("Maria", "Elena", "de la Cruz"),
            "Maria",
            "Elena",
            "de la Cruz",
            "Maria Elena de la Cruz",
        ),
        (("Jane", None, "Doe, Jr"), "Jane", None, "Doe", "Jane Doe Jr"),
        (("Jane Doe", None, None), "Jane", None, "Doe", "Jane Doe"),
        (("Jean", "Paul", None), "Jean", "Paul", None, "Jean Paul"),
        ((None, None, "Doe"), None, None, "Doe", "Doe"),
        (("John & Mary", None, "Doe"), "John & Mary", None, "Doe", "John & Mary Doe"),
        (("Acme", None, "Holdings LLC"), None, None, None, "Acme Holdings LLC"),
        ((None, None, None), None, None, None, None),
    ],
)
def test_names_that_stand_apart_stay_apart(
    columns: tuple[str | None, str | None, str | None],
    first: str | None, middle: str | None, last: str | None, full: str | None,
) -> None:  # fmt: skip
    assert row(from_parts(*columns), FIRST, MIDDLE, LAST, "full_name") == (
        first,
        middle,
        last,
        full,
    )


def test_names_apart_win_over_the_full_name_of_the_row() -> None:
    names = normalize_names(
        pa.array(["Acme LLC", "Jane Doe"]), pa.array(["John", None]), None, pa.array(["Roe", None])
    )

    assert names.full_name.to_pylist() == ["John Roe", "Jane Doe"]
    assert names.last_name.to_pylist() == ["Roe", "Doe"]


def test_without_any_column_there_is_nothing_to_split() -> None:
    with pytest.raises(ValueError, match="at least one column"):
        normalize_names(None, None, None, None)


LEXICON = Lexicon.default()
SPECIAL = sorted(
    word
    for words in (
        LEXICON.titles, LEXICON.given_name_titles, LEXICON.suffix_acronyms, LEXICON.suffix_words,
        LEXICON.particles, LEXICON.conjunctions, LEXICON.bound_given_names,
        LEXICON.maiden_markers, LEXICON.after_given_titles,
    )
    for word in words
)  # fmt: skip
WORDS = (
    st.sampled_from(["Jane", "John", "Doe", "McKay", "DeLuca", "O'Brien", "Smith-Roe", "José", "Ó"])
    | st.sampled_from(SPECIAL)
    | st.from_regex(r"[A-Z][a-z]{1,8}(['-][A-Z][a-z]{2,5})?", fullmatch=True)
    | st.from_regex(r"[A-Za-z]\.?", fullmatch=True)
)
RECASED = WORDS | WORDS.map(str.title) | WORDS.map(str.upper) | WORDS.map(str.lower)
NAMES = st.builds(
    lambda words, comma, recase, suffix: recase(
        (f"{words[0]}, {' '.join(words[1:])}" if comma else " ".join(words)) + suffix
    ),
    st.lists(RECASED, min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from([str, str.upper, str.lower]),
    st.sampled_from(["", "", "", " Jr", " jr.", ", Sr.", " III", " iv"]),
)


def assert_plain_names_split_as_the_library_does(names: list[str]) -> None:
    cells = pa.array(names, pa.string())
    plain = split_plain_names(cells)
    taken = pc.is_valid(plain["first"])
    library = split_by_library(cells.filter(taken))
    for part in PARTS:
        assert plain[part].filter(taken).to_pylist() == library[part].to_pylist(), names


@given(st.lists(NAMES, min_size=20, max_size=60))
def test_plain_names_are_split_as_the_library_does(names: list[str]) -> None:
    assert_plain_names_split_as_the_library_does(names)


@pytest.mark.parametrize(
    "shape",
    ["{} Doe", "Jane {}", "{} Quentin Doe", "Jane {} Doe", "Jane Q. {}", "{}, Jane", "Doe, {}",
     "Doe, Jane {}", "{}", "{} Doe Jr", "Dr. {} Doe", "Jane {}-Roe", "Jane Roe-{}", "{}-Ann Roe"],
)  # fmt: skip
def test_no_word_with_a_meaning_slips_past_the_library_wherever_it_stands(shape: str) -> None:
    words = [recase(word) for word in SPECIAL for recase in (str.title, str.capitalize)]
    names = [shape.format(word) for word in words]
    assert_plain_names_split_as_the_library_does(names + [name.upper() for name in names])


def test_most_names_are_plain() -> None:
    names = pa.array(["Jane Doe", "JANE Q. DOE", "Doe, Jane", "John McKay Jr.", "Mary-Ann O'Brien"])

    assert split_plain_names(names)["first"].null_count == 0


@given(st.lists(st.none() | NAMES | st.text(max_size=15), max_size=6))
def test_every_row_gets_an_answer(cells: list[str | None]) -> None:
    names = normalize_names(pa.array(cells, pa.string()), None, None, None)

    for answer in (names.full_name, names.first_name, names.is_company, names.problems):
        assert len(answer) == len(cells)
    split = pc.or_(pc.is_valid(names.first_name), pc.is_valid(names.last_name))
    assert not pc.any(pc.and_(split, names.is_company)).as_py()

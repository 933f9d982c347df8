"""Cities, states, countries, postal codes and street lines."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lead_pipeline.normalizing import streets
from lead_pipeline.normalizing.addresses import (
    normalize_cities,
    normalize_countries,
    normalize_postal_codes,
    normalize_states,
)
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.streets import normalize_streets, read_by_library, rewrite_usual


def only(cleaned: Cleaned) -> tuple[str | None, str | None]:
    return cleaned.values[0].as_py(), cleaned.problems[0].as_py()


@pytest.mark.parametrize(
    ("cell", "city"),
    [
        ("NEW YORK", "New York"),
        ("mcallen", "McAllen"),
        ("ST. MARY'S", "St. Mary's"),
        ("TOWN OF GILBERT", "Town of Gilbert"),
        ("Winston-salem", "Winston-salem"),
        ("Springfield,", "Springfield"),
        ("GIEßEN", "Gießen"),
        ("GIEẞEN", "Gießen"),
        ("gießen", "Gießen"),
        ("&nbsp;RENO&nbsp;", "Reno"),
        (" , ", None),
        ("N/A", None),
    ],
)
def test_capitals_of_a_city_are_mended_where_it_is_all_in_one_case(
    cell: str, city: str | None
) -> None:
    assert only(normalize_cities(pa.array([cell]))) == (city, None)


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("US", ["US", "usa", "U.S.A.", "United States", "United States of America", "America"]),
        ("GB", ["UK", "United Kingdom", "England", "gbr"]),
        ("DE", ["Germany", "Deutschland", "DEU"]),
        ("KR", ["South Korea", "Korea, Republic of"]),
        ("MX", ["México", "mexico"]),
        ("TR", ["Turkey", "Türkiye"]),
        ("BO", ["Bolivia"]),
        ("VN", ["Viet Nam", "Vietnam"]),
    ],
)
def test_a_country_is_known_by_its_codes_and_names(code: str, spellings: list[str]) -> None:
    assert set(normalize_countries(pa.array(spellings)).values.to_pylist()) == {code}


def test_what_is_no_country_is_null_and_said() -> None:
    assert only(normalize_countries(pa.array(["Atlantis"]))) == (None, "not_a_country")


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("TX", ["TX", "tx", "Texas", "Tex."]),
        ("NC", ["North Carolina", "N. Carolina", "N.C."]),
        ("DC", ["District of Columbia", "D.C.", "Washington DC"]),
        ("PR", ["Puerto Rico", "PR"]),
        ("VI", ["U.S. Virgin Islands", "VI"]),
        ("ME", ["Maine"]),
        ("AP", ["AP"]),
        ("ON", ["Ontario", "on"]),
        ("QC", ["Québec", "Quebec"]),
    ],
)
def test_states_and_provinces_get_their_two_letters(code: str, spellings: list[str]) -> None:
    assert set(normalize_states(pa.array(spellings), "US").values.to_pylist()) == {code}


def test_an_unknown_state_is_kept_and_said() -> None:
    assert only(normalize_states(pa.array(["Bavaria"]), "US")) == ("Bavaria", "not_a_state")
    assert only(normalize_states(pa.array(["Bavaria"]), "DE")) == ("Bavaria", None)


@pytest.mark.parametrize(
    ("cell", "code", "problem"),
    [
        ("12345", "12345", None),
        ("00501", "00501", None),
        ("12345-6789", "12345-6789", None),
        ("12345 6789", "12345-6789", None),
        ("123456789", "12345-6789", None),
        ("12345-", "12345", None),
        ("12345.0", "12345", None),
        ('="02134"', "02134", None),
        ("2134", "02134", "zero_padded"),
        ("501", "00501", "zero_padded"),
        ("2134.0", "02134", "zero_padded"),
        ("2134-1234", "02134-1234", "zero_padded"),
        ("21341234", "02134-1234", "zero_padded"),
        ("k1a0b1", "K1A 0B1", None),
        ("sw1a1aa", "SW1A 1AA", None),
        ("110001", "110001", "unusual_postal_code"),
        ("12", "12", "unusual_postal_code"),
        ("unknown", None, "not_a_postal_code"),
        ("N/A", None, None),
    ],
)
def test_a_us_list_gets_its_postal_codes_back(
    cell: str, code: str | None, problem: str | None
) -> None:
    assert only(normalize_postal_codes(pa.array([cell]), "US")) == (code, problem)


def test_elsewhere_four_digits_are_a_postal_code() -> None:
    assert only(normalize_postal_codes(pa.array(["1010"]), "AT")) == ("1010", None)


@given(st.lists(st.integers(501, 99_950).map("{:05}".format), max_size=20))
def test_a_zip_code_survives_the_spreadsheet(codes: list[str]) -> None:
    eaten = pa.array([f"{int(code)}.0" for code in codes], pa.string())

    assert normalize_postal_codes(eaten, "US").values.to_pylist() == codes
    assert normalize_postal_codes(pa.array(codes, pa.string()), "US").values.to_pylist() == codes


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("123 main street", "123 MAIN ST"),
        ("123 N. Main St., Apt. 4b", "123 N MAIN ST APT 4B"),
        ("1234 north oak avenue apt 5", "1234 N OAK AVE APT 5"),
        ("77 Sunset Blvd. Suite 200", "77 SUNSET BLVD STE 200"),
        ("123 Main St #4", "123 MAIN ST # 4"),
        ("123 Main St Apt #4", "123 MAIN ST # 4"),
        ("45 W 42nd Street", "45 W 42ND ST"),
        ("12 Main Street East", "12 MAIN ST E"),
        ("12 Park Place", "12 PARK PL"),
        ("100 Lake View Terrace", "100 LAKE VIEW TER"),
        ("12-34 Queens Boulevard", "12-34 QUEENS BLVD"),
        ("12 1/2 Elm Street", "12 1/2 ELM ST"),
        ("9 St Johns Avenue", "9 ST JOHNS AVE"),
        ("123 Highway 50", "123 HWY 50"),
        ("1 Broadway", "1 BROADWAY"),
        ("P.O. Box 55", "PO BOX 55"),
        ("Rural Route 2 Box 15", "RR 2 BOX 15"),
        ("Suite 200", "STE 200"),
        ("#4B", "# 4B"),
    ],
)
def test_a_street_line_is_written_as_publication_28_has_it(line: str, written: str) -> None:
    assert only(normalize_streets(pa.array([line]), "US")) == (written, None)


@pytest.mark.parametrize(
    "line", ["SOMEWHERE", "CORNER OF 5TH AND MAIN", "123 MAIN ST SPRINGFIELD IL 62701"]
)
def test_a_line_that_is_more_or_less_than_a_street_loses_nothing(line: str) -> None:
    assert only(normalize_streets(pa.array([line]), "US")) == (line, "unusual_street")


@pytest.mark.parametrize("line", ["12 Hauptstraße", "12 HAUPTSTRAẞE", "12 HAUPTSTRAßE"])
def test_capitals_of_a_sharp_s_are_two(line: str) -> None:
    assert normalize_streets(pa.array([line]), "US").values.to_pylist() == ["12 HAUPTSTRASSE"]


def test_outside_the_us_a_street_stays_as_written() -> None:
    assert only(normalize_streets(pa.array([" Hauptstraße  12 "]), "DE")) == (
        "Hauptstraße 12",
        None,
    )


def test_the_library_is_not_asked_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streets, "MOST_BY_LIBRARY", 1)
    streets._read_kind.cache_clear()

    cleaned = normalize_streets(pa.array(["123 Highway 50", "124 Highway 61"]), "US")
    assert cleaned.values.to_pylist() == ["123 HWY 50", "124 HIGHWAY 61"]
    assert cleaned.problems.to_pylist() == [None, "unusual_street"]


# Names as streets have them. Not among them are those that the statistical library reads as
# something else behind a direction ("5 E COUNTRY ROAD"); the columns go by the book there.
NAMES = (
    "MAIN OAK MAPLE CEDAR WASHINGTON LINCOLN PARK HILL WALNUT SUNSET CHURCH ADAMS HIGHLAND SPRING "
    "WILLOW ELM PINE CHERRY MEADOW SCHOOL FRANKLIN BROAD UNION OCEAN PALM SIERRA LIBERTY GREEN "
    "FOX EAGLE SILVER BLUE 1ST 2ND 3RD 4TH 11TH 42ND 101ST"
)
TYPES = "ST STREET AVE AVENUE RD ROAD DR DRIVE LN LANE CT COURT BLVD PL PLACE WAY CIR TER"
UNITS = st.sampled_from(["", " APT 4", " UNIT 12", " STE 200", " SUITE 3B", " # 7"])
LINES = st.builds(
    "{} {} {}{}".format,
    st.integers(1, 19_999),
    st.sampled_from(NAMES.split()),
    st.sampled_from(TYPES.split()),
    UNITS,
)


@given(st.lists(LINES, min_size=20, max_size=40))
@settings(max_examples=30)
def test_usual_lines_are_rewritten_as_the_library_does(lines: list[str]) -> None:
    usual = rewrite_usual(pa.array(lines))

    assert usual.null_count == 0
    assert usual.to_pylist() == [read_by_library(line) for line in lines]


@given(st.lists(st.none() | LINES | st.text(max_size=20), max_size=6))
@settings(max_examples=50)
def test_every_row_gets_an_answer(cells: list[str | None]) -> None:
    column = pa.array(cells, pa.string())
    for cleaned in (
        normalize_streets(column, "US"),
        normalize_cities(column),
        normalize_states(column, "US"),
        normalize_countries(column),
        normalize_postal_codes(column, "US"),
    ):
        assert len(cleaned.values) == len(cleaned.problems) == len(cells)
        assert not pc.any(pc.and_(pc.is_null(column), pc.is_valid(cleaned.problems))).as_py()


@given(
    number=st.integers(min_value=1, max_value=99_999).map(str),
    street=st.sampled_from(
        [
            "HARBOR VIEW DR",
            "LAKE SHORE DR",
            "MILL RUN CT",
            "AVENUE OF THE OAKS",
            "MAIN",
            "OLD MILL RD REAR",
            "N BROADWAY",
            "HIGHWAY 61",
            "LAKE SHORE DR APT 4B",
            "COUNTY RD 12",
        ]
    ),
)
def test_a_house_number_is_read_like_every_other_of_its_kind(number, street):
    line = f"{number} {street}"

    read = normalize_streets(pa.array([line]), "US").values.to_pylist()

    assert read == [read_by_library(line) or line]

"""The shortcut for plain numbers answers as libphonenumber does, or leaves the answer to it."""

from collections.abc import Iterable

import phonenumbers
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lead_pipeline.normalizing import numbering_plan
from lead_pipeline.normalizing.numbering_plan import read_plain

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
# Where leads come from, and the odd plans: shared country codes, optional prefixes, leading zeros.
HOMES = ["US", "CA", "PR", "JM", "GB", "JE", "DE", "FR", "IT", "AU", "IN", "MX", "BR", "AR", "RU"]
FORMATS = [
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
]
EXAMPLES = {
    name: [
        number
        for kind in phonenumbers.PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(name, kind))
    ]
    for name in REGIONS
}


@pytest.fixture(autouse=True)
def _plans_for_any_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering_plan, "_WORTH_A_PLAN", 1)


def by_library(text: str, region: str) -> str:
    """What libphonenumber says: E.164 of a valid number, else nothing."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def assert_never_differs(texts: Iterable[str], region: str) -> None:
    texts = list(texts)
    read = read_plain(pa.array(texts, pa.string()), region).to_pylist()
    wrong = [
        (text, answer, by_library(text, region))
        for text, answer in zip(texts, read, strict=True)
        if answer is not None and answer != by_library(text, region)
    ]
    assert wrong == []


@st.composite
def numbers(draw: st.DrawFn, home: str) -> str:
    """A number of any region, valid or nearly so, as somebody in `home` might write it."""
    region = draw(st.sampled_from([home, home, "US", *REGIONS]))
    example = draw(st.sampled_from(EXAMPLES[region] or EXAMPLES["US"]))
    national = phonenumbers.national_significant_number(example)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(national) - 1))
        kept = at + draw(st.sampled_from([0, 1, 1, 1, 1]))
        national = national[:at] + draw(st.sampled_from("0123456789")) + national[kept:]
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or "0"
    code = str(example.country_code)
    before = draw(st.sampled_from(["", "", trunk, code, f"00{code}", f"011{code}"]))
    plus = draw(st.sampled_from(["", "", "+"]))
    if plus:
        before = draw(st.sampled_from([code, code, code + trunk]))
    between = st.sampled_from(["", "", "", "-", " ", ".", ") ", " (", "/", "\u00a0"])
    written = "".join(digit + draw(between) for digit in before + national)
    front = draw(st.sampled_from(["", "", "", "(", "p:", "tel:", '="', "'"]))
    return front + plus + written + draw(st.sampled_from(["", "", "", '"', " ", "."]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_number_of_any_region_is_read_as_the_library_reads_it(data: st.DataObject) -> None:
    home = data.draw(st.sampled_from(HOMES + REGIONS))
    assert_never_differs(data.draw(st.lists(numbers(home), min_size=1, max_size=40)), home)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text("0123456789+-() ./xX,;#p:tel='\"\u00a0\u0661\t", max_size=24), max_size=30),
    st.sampled_from(HOMES),
)
def test_any_jumble_of_the_characters_of_numbers_is_read_as_the_library_reads_it(
    texts: list[str], home: str
) -> None:
    assert_never_differs(texts, home)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.text("0123456789", min_size=1, max_size=22), max_size=60), st.sampled_from(HOMES)
)
@example(["098111000"], "US")  # +98 is Iran, +098 is nothing
def test_bare_digits_are_read_as_the_library_reads_them(texts: list[str], home: str) -> None:
    assert_never_differs([*texts, *(f"+{text}" for text in texts)], home)


@pytest.mark.parametrize("region", REGIONS)
def test_the_example_numbers_of_every_region_are_never_misread(region: str) -> None:
    texts = [phonenumbers.format_number(n, f) for n in EXAMPLES[region] for f in FORMATS]
    assert_never_differs(texts, region)
    assert_never_differs(texts, "US")


@pytest.mark.parametrize("region", ["US", "CA", "GB", "DE", "FR", "AU", "IN", "MX", "BR", "ZA"])
def test_what_is_plain_is_left_to_nobody(region: str) -> None:
    """The shortcut is a shortcut: the usual ways of writing never wait for the library."""
    number = EXAMPLES[region][0]
    e164, international, national = (phonenumbers.format_number(number, f) for f in FORMATS)
    texts = [e164, international, national, f"p:{e164}", f'="{national}"', f" {national}. "]
    assert read_plain(pa.array(texts), region).to_pylist() == [e164] * len(texts)


@pytest.mark.parametrize(
    "text", ["202-555-0123", "2025550123", "(202)555-0123", "1 202 555 0123", "202.555.0123"]
)
def test_every_usual_american_shape_is_plain(text: str) -> None:
    assert read_plain(pa.array([text]), "US").to_pylist() == ["+12025550123"]


def test_what_is_surely_no_number_is_said_so_at_once() -> None:
    texts = ["555-0123", "202555012", "20255501234", "999-555-0123", "+1 999 555 0123"]
    assert read_plain(pa.array(texts), "US").to_pylist() == [""] * len(texts)


def test_what_is_not_plain_is_left_to_the_library() -> None:
    texts = ["1-800-FLOWERS", "2025550123 x12", "٢٠٢٥٥٥٠١٢٣", "n/a", "", None, "+44 (0)20 79460958"]
    assert read_plain(pa.array(texts), "US").to_pylist() == [None] * len(texts)


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(ValueError, match="'XX' is not a region"):
        read_plain(pa.array(["2025550123"]), "XX")

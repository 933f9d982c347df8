"""The parts of an address below the street: city, state, postal code and country.

Streets are in streets.py, the spellings of places that no standard holds in data/places.toml.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc
import pycountry

from lead_pipeline.normalizing.capitals import mend_capitals
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

_NULL = pa.scalar(None, pa.string())

# Postal codes by shape: Canada (Canada Post: A1A 1A1, no D F I O Q U, no W Z in front) and the
# United Kingdom (Royal Mail: outward code, then a digit and two letters).
_CANADIAN = r"^([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)$"
_BRITISH = r"^([A-Z]{1,2}\d[A-Z\d]?)[ -]?(\d[ABD-HJLNP-UW-Z]{2})$"


def normalize_cities(values: pa.StringArray) -> Cleaned:
    """City names, capitals mended where they are all in one case, a trailing comma dropped."""
    text = pc.utf8_trim(tidy_text(values), " ,;")
    return _fine(mend_capitals(drop_placeholders(pc.if_else(pc.equal(text, ""), None, text))))


def normalize_countries(values: pa.StringArray) -> Cleaned:
    """ISO 3166-1 alpha-2 codes, from codes, names and common names; else null, `not_a_country`."""
    return _looked_up(values, _countries(), "not_a_country", keep=False)


def normalize_states(values: pa.StringArray, region: str) -> Cleaned:
    """Two-letter codes of US states and territories and of Canadian provinces.

    `region` (ISO 3166-1 alpha-2) is whose states are meant. For the US and Canada the codes and
    names of the other are understood too; what is none of them stays as written, with the problem
    `not_a_state`. For other countries the text is kept, tidied.
    """
    if region not in ("US", "CA"):
        return _fine(drop_placeholders(tidy_text(values)))
    return _looked_up(values, _states(region), "not_a_state", keep=True)


def normalize_postal_codes(values: pa.StringArray, region: str) -> Cleaned:
    """Postal codes as their post office prints them.

    In the US: `12345`, `12345-6789`; three or four digits have lost their zeros to a spreadsheet
    and get them back (`zero_padded`). Canadian and British codes get their space in any region.
    What looks unlike the codes of the region is kept as `unusual_postal_code`; what has no digit
    is none (`not_a_postal_code`).
    """
    text = drop_placeholders(tidy_text(values))
    if region == "US" and pc.all(pc.match_substring_regex(text, r"^\d{5}(?:-\d{4})?$")).as_py():
        return _fine(text)
    code = pc.replace_substring_regex(pc.utf8_upper(text), r"\.0+$", "")
    for shape in (_CANADIAN, _BRITISH):
        code = pc.replace_substring_regex(code, shape, r"\1 \2")
    problems = pa.nulls(len(text), pa.string())
    if region == "US":
        code, problems = _zip_codes(code)
    nothing = pc.invert(pc.match_substring_regex(code, r"\d"))
    problems = pc.if_else(nothing, "not_a_postal_code", problems)
    return Cleaned(pc.if_else(nothing, None, code), problems)


def postal_code_countries(values: pa.StringArray) -> pa.StringArray:
    """The country that a postal code's shape alone tells, as ISO 3166-1 alpha-2: CA, GB or null."""
    if not pc.any(pc.match_substring_regex(values, "[A-Za-z]")).as_py():
        return pa.nulls(len(values), pa.string())
    code = pc.utf8_upper(tidy_text(values))
    british = pc.if_else(pc.match_substring_regex(code, _BRITISH), "GB", _NULL)
    return pc.if_else(pc.match_substring_regex(code, _CANADIAN), "CA", british)


def _zip_codes(code: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """ZIP codes with their zeros and hyphens (USPS Domestic Mail Manual 602.1.8)."""
    found = pc.extract_regex(code, r"^(?P<five>\d{3,5})(?:[- ]?(?P<four>\d{4})|-0*)?$")
    # Digits only: seven to nine are both parts in one, and a spreadsheet has eaten the zeros.
    run = pc.struct_field(pc.extract_regex(code, r"^(?P<run>\d{7,9})$"), "run")
    run = pc.utf8_lpad(run, 9, "0")
    five = pc.coalesce(pc.utf8_slice_codeunits(run, 0, 5), pc.struct_field(found, "five"))
    four = pc.coalesce(pc.utf8_slice_codeunits(run, 5, 9), pc.struct_field(found, "four"))
    padded = pc.utf8_lpad(five, 5, "0")
    zip_code = pc.if_else(
        pc.equal(four, ""), padded, pc.binary_join_element_wise(padded, four, "-")
    )
    digits = pc.utf8_length(pc.replace_substring_regex(code, r"\D", ""))
    mended = pc.and_(pc.is_valid(zip_code), pc.is_in(digits, pa.array([3, 4, 7, 8], pa.int32())))
    foreign = pc.match_substring_regex(code, f"{_CANADIAN}|{_BRITISH}")
    unusual = pc.and_not(pc.is_null(zip_code), foreign)
    problems = pc.if_else(mended, "zero_padded", _NULL)
    problems = pc.if_else(pc.and_(unusual, pc.is_valid(code)), "unusual_postal_code", problems)
    return pc.coalesce(zip_code, code), problems


def _fine(values: pa.StringArray) -> Cleaned:
    return Cleaned(values, pa.nulls(len(values), pa.string()))


def _looked_up(
    values: pa.StringArray, spellings: Mapping[str, str], problem: str, *, keep: bool
) -> Cleaned:
    """Each distinct value by its spelling; one that is not known is kept or dropped."""
    encoded = drop_placeholders(tidy_text(values)).dictionary_encode()
    codes = [spellings.get(_spelling(value)) for value in encoded.dictionary.to_pylist()]
    code = pa.array(codes, pa.string())
    unknown = pc.if_else(pc.is_null(code), problem, _NULL)
    known = pc.coalesce(code, encoded.dictionary) if keep else code
    return Cleaned(known.take(encoded.indices), unknown.take(encoded.indices))


def _spelling(name: str) -> str:
    """Letters and digits of a name, lower case and without accents."""
    plain = unicodedata.normalize("NFKD", name.replace("&", "and")).lower()
    return "".join(letter for letter in plain if letter.isalnum())


@cache
def _spellings_beyond_iso() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    data = resources.files("lead_pipeline.normalizing") / "data" / "places.toml"
    return tomllib.loads(data.read_text(encoding="utf-8"))


@cache
def _countries() -> Mapping[str, str]:
    return dict(_spelled(_country_names()))


def _country_names() -> Iterator[tuple[str, Iterable[str]]]:
    for country in pycountry.countries:
        names = (getattr(country, kind, "") for kind in ("name", "official_name", "common_name"))
        # "Bolivia, Plurinational State of" is Bolivia to everybody.
        yield (
            country.alpha_2,
            [country.alpha_2, country.alpha_3, *names, country.name.split(",")[0]],
        )
    yield from _spellings_beyond_iso()["countries"].items()


@cache
def _states(region: str) -> Mapping[str, str]:
    """Spellings of the states of the US and Canada; those of `region` win."""
    other = "CA" if region == "US" else "US"
    return dict(_spelled(_state_names(other))) | dict(_spelled(_state_names(region)))


def _state_names(country: str) -> Iterator[tuple[str, Iterable[str]]]:
    for state in pycountry.subdivisions.get(country_code=country):  # type: ignore[no-untyped-call]
        code = state.code.removeprefix(f"{country}-")
        yield code, [code, state.name]
    yield from _spellings_beyond_iso()["states"][country].items()


def _spelled(names: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, str]]:
    for code, spellings in names:
        for spelling in spellings:
            if key := _spelling(spelling):
                yield key, code

"""Street lines of US addresses in the style of USPS Publication 28; elsewhere the text, tidied.

The rest of an address is in addresses.py. The abbreviations and the parsing of unusual lines are
those of the library usaddress-scourgify; lines of the usual shapes are rewritten here in columns.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.capitals import in_capitals
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

# The library costs 0.06 ms a line: beyond this many kinds of unusual lines in one call (over a
# second) the others stay as written, in capitals, and say so.
MOST_BY_LIBRARY = 20_000
_LONGEST = 100  # characters; what is longer is a remark

_UNITS = "APARTMENT|APT|UNIT|SUITE|STE|LOT|FLOOR|FL|ROOM|RM|BUILDING|BLDG|SPACE|SPC|TRAILER|TRLR|#"
_DIRECTIONS = "NORTH|SOUTH|EAST|WEST|NORTHEAST|NORTHWEST|SOUTHEAST|SOUTHWEST|NE|NW|SE|SW|N|S|E|W"
_USUAL = (
    rf"^(?P<number>\d+(?:-\d+)?[A-Z]?) (?:(?P<before>{_DIRECTIONS}) )?"
    r"(?P<name>\d*(?:1ST|2ND|3RD|\dTH)|[A-Z]{2,}(?: [A-Z]{2,}){0,2}?) (?P<type>[A-Z]{2,})"
    rf"(?: (?P<after>{_DIRECTIONS}))?(?: (?P<unit>{_UNITS}) (?P<id>[A-Z]?-?\d+-?[A-Z]?|[A-Z]))?$"
)
_NUMBERED = re.compile(r"(?P<start>\d*[1-9])(?P<zeros>0*) (?P<street>\D.*)", re.ASCII)
_BOX = r"^(?:P ?O|POST OFFICE) ?(?:BOX|BX) ?#? ?([A-Z]?\d+[A-Z]?)$"
_UNIT_ALONE = rf"^(?P<unit>{_UNITS}) (?P<id>[A-Z]?-?\d+-?[A-Z]?|[A-Z])$"
_ROUTE = r"^(?:RR|RURAL ROUTE|RFD|HC) ?#? ?(\d+),? BOX ?#? ?(\w+)$"


def normalize_streets(values: pa.StringArray, region: str) -> Cleaned:
    """Delivery address lines: `123 n. main street, apt 4b` as `123 N MAIN ST APT 4B`.

    Outside the US (`region`: ISO 3166-1 alpha-2) only tidied. A line that does not read as an
    address stays as written, in capitals, with the problem `unusual_street`.
    """
    text = drop_placeholders(tidy_text(values))
    if region != "US":
        return Cleaned(text, pa.nulls(len(text), pa.string()))
    encoded = text.dictionary_encode()
    lines = _spaced(encoded.dictionary)
    street = pc.coalesce(rewrite_usual(lines), _boxes_and_units(lines))
    unusual = pc.is_null(street)
    problems = pa.nulls(len(street), pa.string())
    if pc.any(unusual).as_py():
        read, problem = _read_unusual(lines.filter(unusual))
        street = pc.replace_with_mask(street, unusual, read)
        problems = pc.replace_with_mask(problems, unusual, problem)
    return Cleaned(street.take(encoded.indices), problems.take(encoded.indices))


def rewrite_usual(lines: pa.StringArray) -> pa.StringArray:
    """Number, direction, name, type, direction and unit, abbreviated; null for other shapes.

    Takes capitals without points and commas. A name of several words that holds a street type, a
    direction or a unit (`MILL RUN CT`) is left to the library.
    """
    found = pc.extract_regex(lines, _USUAL)
    part = {field.name: pc.struct_field(found, field.name) for field in found.type}
    kind = _abbreviated(part["type"], _street_types())
    plain = pc.and_not(pc.is_valid(kind), pc.match_substring_regex(part["name"], _telling_words()))
    written = [
        part["number"],
        _abbreviated(part["before"], _directions()),
        part["name"],
        kind,
        _abbreviated(part["after"], _directions()),
        _abbreviated(part["unit"], _unit_types()),
        part["id"],
    ]
    joined = pc.binary_join_element_wise(*(pc.fill_null(piece, "") for piece in written), " ")
    squeezed = pc.utf8_rtrim_whitespace(pc.replace_substring_regex(joined, " {2,}", " "))
    return pc.if_else(plain, squeezed, None)


def read_by_library(line: str) -> str | None:
    """One line as usaddress-scourgify reads it; `None` where it cannot, or not without loss."""
    normalize, unreadable = _library()
    try:
        found = normalize(line)
    except unreadable:
        return None
    if found["city"] or found["state"] or found["postal_code"]:
        return None
    words = " ".join(filter(None, (found["address_line_1"], found["address_line_2"])))
    return words if len(words.split()) >= len(line.split()) else None


def _spaced(values: pa.StringArray) -> pa.StringArray:
    """Capitals, no points and commas, `#4` as `# 4`, `P.O.` as `PO`."""
    text = pc.replace_substring(in_capitals(values), ".", "")
    text = pc.replace_substring_regex(text, r" ?, ?", " ")
    text = pc.replace_substring_regex(text, r"(?:(?:APT|UNIT|STE|SUITE) )?# *", "# ")
    return pc.utf8_trim_whitespace(text)


def _boxes_and_units(lines: pa.StringArray) -> pa.StringArray:
    """Boxes, rural routes and lines that hold a unit only, which the library refuses."""
    box = pc.replace_substring_regex(lines, _BOX, r"PO BOX \1")
    route = pc.replace_substring_regex(lines, _ROUTE, r"RR \1 BOX \2")
    found = pc.extract_regex(lines, _UNIT_ALONE)
    unit = _abbreviated(pc.struct_field(found, "unit"), _unit_types())
    return pc.coalesce(
        pc.binary_join_element_wise(unit, pc.struct_field(found, "id"), " "),
        pc.if_else(pc.match_substring_regex(lines, _BOX), box, None),
        pc.if_else(pc.match_substring_regex(lines, _ROUTE), route, None),
    )


def _read_unusual(lines: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    asked_before = _read_kind.cache_info().misses
    read = [
        _read_line(line)
        if line
        and len(line) <= _LONGEST
        and _read_kind.cache_info().misses - asked_before < MOST_BY_LIBRARY
        else None
        for line in lines.to_pylist()
    ]
    street = pa.array(read, pa.string())
    unread = pc.and_(pc.is_null(street), pc.is_valid(lines))
    return (
        pc.coalesce(street, lines),
        pc.if_else(unread, "unusual_street", pa.scalar(None, pa.string())),
    )


def _read_line(line: str) -> str | None:
    """As the library reads the line, asked once for all house numbers of one kind.

    Of a number the library's model sees only how long it is and how many zeros end it, so that a
    number of ones and zeros stands for all others of its kind.
    """
    found = _NUMBERED.match(line)
    if found is None:
        return _read_kind(line)
    number = found["start"] + found["zeros"]
    stand_in = "1" * len(found["start"]) + found["zeros"]
    read = _read_kind(f"{stand_in} {found['street']}")
    if read is not None and not read.startswith(f"{stand_in} "):
        return read_by_library(line)
    return read and number + read.removeprefix(stand_in)


@lru_cache(maxsize=65536)
def _read_kind(line: str) -> str | None:
    return read_by_library(line)


def _abbreviated(words: pa.StringArray, table: Mapping[str, str]) -> pa.StringArray:
    return pa.array(list(table.values())).take(pc.index_in(words, pa.array(list(table))))


@cache
def _library() -> tuple[Callable[[str], Mapping[str, str | None]], type[Exception]]:
    """Loaded on first use: it brings a statistical model along."""
    from scourgify.exceptions import AddressNormalizationError  # type: ignore[import-untyped]
    from scourgify.normalize import normalize_addr_str  # type: ignore[import-untyped]

    return normalize_addr_str, AddressNormalizationError


@cache
def _tables() -> ModuleType:
    """The abbreviations of Publication 28 (appendices B and C) that the library brings along."""
    from scourgify import address_constants  # type: ignore[import-untyped]

    return address_constants  # type: ignore[no-any-return]


@cache
def _street_types() -> Mapping[str, str]:
    return _with_short_forms(_tables().STREET_TYPE_ABBREVIATIONS)


@cache
def _directions() -> Mapping[str, str]:
    return _with_short_forms(_tables().DIRECTIONAL_REPLACEMENTS)


@cache
def _unit_types() -> Mapping[str, str]:
    return _with_short_forms(_tables().OCCUPANCY_TYPE_ABBREVIATIONS)


def _with_short_forms(abbreviations: Mapping[str, str]) -> Mapping[str, str]:
    return {short: short for short in abbreviations.values()} | dict(abbreviations)


@cache
def _telling_words() -> str:
    """Finds a direction or a unit in a street's name, or a street type among several words."""
    others = "|".join([*_directions(), *(unit for unit in _unit_types() if unit != "#"), "AND"])
    types = "|".join(_street_types())
    return rf"\b(?:{others})\b|^(?:{types}) | (?:{types})\b"

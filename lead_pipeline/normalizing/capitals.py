"""Capitals of names and places: mended where a value is all in one case, else left as written.

A value in mixed case was written by somebody who cared; which words those are is not asked here.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.cell_text import all_bytes

# Small words inside the names of places and of couples stay small.
_SMALL = re.compile(r" (Of|The|And|At|On|Upon|By|In)\b")
_MC = re.compile(r"\bMc[a-z]")


def in_one_case(values: pa.StringArray) -> pa.BooleanArray:
    """Whether a value is all capitals or all small letters; `ß` among capitals is usual."""
    capitals, written = pc.utf8_upper(values), values
    if _has_sharp_s(values):
        capitals, written = (pc.replace_substring(v, "ẞ", "ß") for v in (capitals, written))
    return pc.or_(pc.equal(written, capitals), pc.equal(values, pc.utf8_lower(values)))


def in_capitals(values: pa.StringArray) -> pa.StringArray:
    """The value in capitals, `ß` as SS: nobody types its capital (Unicode 5.18, SpecialCasing)."""
    capitals = pc.utf8_upper(values)
    return pc.replace_substring(capitals, "ẞ", "SS") if _has_sharp_s(values) else capitals


def _has_sharp_s(values: pa.StringArray) -> bool:
    text = all_bytes(values)
    return not text.isascii() and ("ß".encode() in text or "ẞ".encode() in text)


def titled(values: pa.StringArray) -> pa.StringArray:
    """`JOHN O'NEIL-SMITH` as `John O'Neil-Smith`; but `ST. MARY'S` as `St. Mary's`."""
    return pc.replace_substring_regex(pc.utf8_title(values), r"(['’])S\b", r"\1s")


def mend_capitals(values: pa.StringArray) -> pa.StringArray:
    """Names in one case as a map or a letter has them: `TOWN OF MCALLEN` as `Town of McAllen`."""
    flat = pc.fill_null(in_one_case(values), False)
    if not pc.any(flat).as_py():
        return values
    places = titled(values.filter(flat)).dictionary_encode()
    mended = pa.array([_recased(text) for text in places.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(values, flat, mended.take(places.indices))


def _recased(text: str) -> str:
    text = _SMALL.sub(lambda word: word[0].lower(), text)
    return _MC.sub(lambda start: start[0][:2] + start[0][2].upper(), text)

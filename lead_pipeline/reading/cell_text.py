"""Plain text: what any cell goes through before a normaliser looks at it, and nothing more.

What a value means (a name, a street, a date) is the business of the neighbouring modules.
"""

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.entities import ENTITY, unescaped

_ASCII_CONTROLS = bytes(range(32)) + b"\x7f"

# White space of every kind becomes one space: ASCII, NBSP and the other separators of Unicode's
# categories Zs, Zl and Zp, and the next-line control (Unicode property White_Space).
_SPACES = r"[\s\x{0B}\x{85}\p{Z}]+"
# What is neither seen nor spoken: other controls, and zero-width, directional and byte-order
# marks (U+061C, U+200B-200F, U+202A-202E, U+2060-206F, U+FEFF) and the soft hyphen.
_INVISIBLE = (
    r"[\x00-\x08\x0E-\x1F\x7F-\x{84}\x{86}-\x{9F}"
    r"\x{AD}\x{61C}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FEFF}]+"
)
# ="00501" keeps a spreadsheet from reading a number; so does a leading apostrophe. The Dutch
# articles 't and 's are words that begin with one.
_ARMOUR = r'^="(.*)"$'
_APOSTROPHE = r"^'+([^a-z'].*|[a-z][\pL\d].*|)$"

_NOTHING = pa.array(
    ["n/a", "na", "n.a.", "nil", "null", "(null)", "none", "(none)", "nan", "undefined",
     "not available", "not provided", "-", "--", "---", "\u2013", "\u2014", ".", "?",
     "#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!"]  # spreadsheet errors
)  # fmt: skip
_LONGEST_NOTHING = 13  # bytes


def tidy_text(values: pa.StringArray) -> pa.StringArray:
    """The text as a person would read it off the cell; an empty one is null.

    Reads HTML entities, trims and collapses white space, drops characters that cannot be seen,
    composes accents (NFC, Unicode Standard Annex 15) and takes off the armour that keeps
    spreadsheets from guessing. Any length; the result is as long.
    """
    text = all_bytes(values)
    if b"&" in text and b";" in text:
        values = _without_entities(values)
        text = all_bytes(values)
    if _may_hide_something(text):
        suspect = pc.fill_null(pc.match_substring_regex(values, r"[^\x20-\x7E]|  "), False)
        values = pc.replace_with_mask(values, suspect, _cleared(values.filter(suspect)))
    values = pc.ascii_trim_whitespace(values)
    if b"=" in text or b"'" in text:
        values = _without_armour(values)
    return _blank_to_null(values)


def drop_placeholders(values: pa.StringArray) -> pa.StringArray:
    """Null instead of the words that people and programs write for nothing (`N/A`, `null`, `-`).

    Takes tidied text. Not part of tidying, as a surname may well be Null.
    """
    if not pc.any(pc.less_equal(pc.binary_length(values), _LONGEST_NOTHING)).as_py():
        return values
    nothing = pc.is_in(pc.ascii_lower(values), _NOTHING)
    return pc.if_else(nothing, None, values) if pc.any(nothing).as_py() else values


def _without_entities(values: pa.StringArray) -> pa.StringArray:
    escaped = pc.fill_null(pc.match_substring_regex(values, ENTITY), False)
    if not escaped.true_count:
        return values
    found = values.filter(escaped).dictionary_encode()
    read = pa.array([unescaped(text) for text in found.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(values, escaped, read.take(found.indices))


def _may_hide_something(text: bytes) -> bool:
    """A look at all bytes at once: whether anything is there that needs more than trimming."""
    visible = len(text.translate(None, _ASCII_CONTROLS))
    return not text.isascii() or b"  " in text or visible < len(text)


def all_bytes(values: pa.StringArray) -> bytes:
    """The text of all values in a row: for a look at which characters there are at all."""
    _, offsets, data = values.buffers()
    if data is None or offsets is None or len(values) == 0:
        return b""
    at = memoryview(offsets).cast("i")
    start, stop = at[values.offset], at[values.offset + len(values)]
    return data.slice(start, stop - start).to_pybytes()  # type: ignore[no-any-return]


def _cleared(values: pa.StringArray) -> pa.StringArray:
    """White space collapsed, the invisible dropped, accents composed (only if any is not)."""
    values = pc.replace_substring_regex(values, _SPACES, " ")
    values = pc.replace_substring_regex(values, _INVISIBLE, "")
    values = pc.replace_substring_regex(values, " {2,}", " ")
    if unicodedata.is_normalized("NFC", all_bytes(values).decode()):
        return values
    return pc.utf8_normalize(values, "NFC")


def _without_armour(values: pa.StringArray) -> pa.StringArray:
    if pc.any(pc.starts_with(values, "=")).as_py():
        values = pc.ascii_trim_whitespace(pc.replace_substring_regex(values, _ARMOUR, r"\1"))
    if pc.any(pc.starts_with(values, "'")).as_py():
        values = pc.ascii_trim_whitespace(pc.replace_substring_regex(values, _APOSTROPHE, r"\1"))
    return values


def _blank_to_null(values: pa.StringArray) -> pa.StringArray:
    if pc.index(values, "").as_py() < 0:
        return values
    return pc.if_else(pc.equal(values, ""), None, values)

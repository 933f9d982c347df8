"""How figures are written: currency, sign, digits, exponent; and which mark is the decimal one.

What type a figure becomes, and what is too large, is in numbers.py.
"""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.cell_text import all_bytes, tidy_text

Parts = dict[str, pa.StringArray]

_ROOMY = pa.decimal256(76, 40)  # holds all that _WRITTEN lets through, before it is rounded

# The signs and codes (ISO 4217) of currencies met in lead lists, dollars with their country.
_CURRENCY = (
    r"(?:(?:us|u\.s\.|ca|c|au|a|nz|mx|hk|sg|r)?\$|[€£¥₹₩₽₪₫₱]|"
    r"usd|eur|gbp|cad|aud|nzd|mxn|chf|jpy|cny|inr|brl|sek|nok|dkk|pln|zar|aed|ils|php|sgd|hkd|"
    r"euros?|dollars?|rs\.?|kr\.?)"
)
_POWERS = {
    "k": 3, "thousand": 3,
    "m": 6, "mm": 6, "mn": 6, "mio": 6, "million": 6,
    "b": 9, "bn": 9, "billion": 9,
}  # fmt: skip
_WRITTEN = (
    rf"^(?P<open>\()? ?(?P<sign>[-+−])? ?{_CURRENCY}? ?(?P<inner>[-(])?"
    r"(?P<body>[.,]?\d[\d.,'’ ]{0,23})"
    rf"(?:e(?P<exponent>[-+]?\d{{1,2}})| ?(?P<power>{'|'.join(_POWERS)}))?"
    rf" ?(?:{_CURRENCY}|%|percent|pct)?(?P<after>-)?(?P<close> ?\))?$"
)
# A space or an apostrophe inside a number stands before exactly three digits.
_MISPLACED_SPACE = r"['’ ](?:\d{0,2}[^\d]|\d{1,2}$|\d{4})"
# Thousands grouped, decimals after the other mark; India groups by two above the thousands. What
# matches both (1,234 or 1.234 or 1234) does not tell which mark is the decimal one.
_POINT_DECIMAL = r"^(?:\d*|[1-9]\d{0,2}(?:,\d{2,3})*,\d{3})(?:\.\d*)?$"
_COMMA_DECIMAL = r"^(?:\d*|[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3})(?:,\d*)?$"


class DecimalMark(StrEnum):
    """How 1,234 is meant: with a comma before its decimals it is a little more than one."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class MarkEvidence:
    """How many distinct figures can only be read with one mark, and how many with either.

    Columns arrive in batches: the evidence of batches adds up.
    """

    point: int = 0
    comma: int = 0
    either: int = 0

    def __add__(self, other: "MarkEvidence") -> "MarkEvidence":
        return MarkEvidence(
            self.point + other.point, self.comma + other.comma, self.either + other.either
        )

    @property
    def mark(self) -> DecimalMark | None:
        """The mark that most figures prove; `None` without proof."""
        if not self.point and not self.comma:
            return None
        return DecimalMark.COMMA if self.comma > self.point else DecimalMark.POINT


def detect_mark(values: pa.StringArray) -> MarkEvidence:
    """What the raw cells of a column prove; figures without any mark say nothing."""
    text = all_bytes(values)
    if b"," not in text and b"." not in text:
        return MarkEvidence()
    marked = values.filter(pc.match_substring_regex(values, "[.,]")).unique()
    body = figure_parts(pc.utf8_lower(tidy_text(marked)))["body"]
    comma, point = _is_only_comma(body), _is_only_point(body)
    either = pc.and_(
        pc.match_substring_regex(body, _COMMA_DECIMAL),
        pc.match_substring_regex(body, _POINT_DECIMAL),
    )
    return MarkEvidence(*(pc.sum(mask).as_py() or 0 for mask in (point, comma, either)))


def figure_parts(text: pa.StringArray) -> Parts:
    """The parts of lower-case figures by name (those of `_WRITTEN`), all null: no figure.

    `body` is without its spaces and apostrophes, `raw_body` as it stood.
    """
    found = pc.extract_regex(text, _WRITTEN)
    parts = {field.name: pc.struct_field(found, field.name) for field in found.type}
    body = pc.replace_substring_regex(parts["body"], "['’ ]", "")
    return parts | {"raw_body": parts["body"], "body": body}


def figure_value(parts: Parts, mark: DecimalMark | None) -> pa.Array:
    """The number that the parts spell as decimal256, null where they do not spell one.

    `mark` settles what can be read with either mark (`None`: a point is decimal); what can be read
    with one only is read so.
    """
    signs = pc.binary_join_element_wise(*(parts[n] for n in ("open", "sign", "inner", "after")), "")
    negative = pc.is_in(signs, pa.array(["-", "−", "("]))
    sound = pc.or_(negative, pc.is_in(signs, pa.array(["", "+"])))
    sound = pc.and_(sound, pc.equal(pc.ends_with(parts["close"], ")"), pc.ends_with(signs, "(")))
    exponent = pc.add(_integer(parts["exponent"]), _power(parts["power"]))
    sound = pc.and_(sound, pc.less(pc.abs(exponent), 13))
    sound = pc.and_not(sound, pc.match_substring_regex(parts["raw_body"], _MISPLACED_SPACE))
    spelled = pc.binary_join_element_wise(
        pc.if_else(negative, "-", ""),
        _with_decimal_point(parts["body"], mark),
        "E",
        exponent.cast(pa.string()),
        "",
    )
    return pc.if_else(sound, spelled, None).cast(_ROOMY)


def _with_decimal_point(body: pa.StringArray, mark: DecimalMark | None) -> pa.StringArray:
    """`1.234,5` and `1,234.5` as `1234.5`, null where the marks make no sense."""
    sense = pc.match_substring_regex(body, f"{_COMMA_DECIMAL}|{_POINT_DECIMAL}")
    with_comma = pc.replace_substring(pc.replace_substring(body, ".", ""), ",", ".")
    with_point = pc.replace_substring(body, ",", "")
    by_comma = mark is DecimalMark.COMMA
    comma = pc.invert(_is_only_point(body)) if by_comma else _is_only_comma(body)
    return pc.if_else(sense, pc.if_else(comma, with_comma, with_point), None)


def _is_only_comma(body: pa.StringArray) -> pa.BooleanArray:
    return _only(body, _COMMA_DECIMAL, _POINT_DECIMAL)


def _is_only_point(body: pa.StringArray) -> pa.BooleanArray:
    return _only(body, _POINT_DECIMAL, _COMMA_DECIMAL)


def _only(body: pa.StringArray, this: str, other: str) -> pa.BooleanArray:
    return pc.and_not(pc.match_substring_regex(body, this), pc.match_substring_regex(body, other))


def _integer(digits: pa.StringArray) -> pa.Int64Array:
    digits = pc.replace_substring(digits, "+", "")
    return pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.int64())


def _power(words: pa.StringArray) -> pa.Int64Array:
    powers = pa.array(list(_POWERS.values())).take(pc.index_in(words, pa.array(list(_POWERS))))
    return pc.fill_null(powers, 0)

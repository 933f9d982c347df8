"""Money, numbers, whole numbers and flags out of what people and spreadsheets write.

Figures stay exact (decimals). What a currency or a per cent sign means is not kept: the figure is.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.text import drop_placeholders, tidy_text

MONEY = pa.decimal128(18, 2)
NUMBER = pa.decimal128(24, 6)
INTEGER = pa.int64()

_LARGEST = 10**15  # exclusive; beyond it no lead list speaks of money, and a phone number may
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
# The usual shape, with or without dollar sign and grouping; decimals as far as they are kept.
_USUAL = r"^-?\$?(?:\d{1,15}|[1-9]\d{0,2}(?:,\d{3}){1,4})"

# English, then Spanish, French, German, Italian and Portuguese; signs last. "duplicate" and "dnc"
# are what flag columns of lead exports hold instead of a yes.
_YES = (
    "true t yes y 1 1.0 on x checked enabled duplicate dup dnc ok "
    "sí si verdadero cierto oui vrai o ja j wahr sim verdadeiro vero ✓ ✔ ☑"
)
_NO = (
    "false f no n 0 0.0 off unchecked disabled unique not "
    "falso non faux nein nee falsch não nao ✗ ✘ ☐"
)


def normalize_money(values: pa.StringArray) -> Cleaned:
    """Amounts as decimal128(18, 2), rounded half away from zero; problem `not_a_number`.

    Reads `$1,234.50`, `1.234,50 EUR`, `(123)`, `123-`, `1.2M`, `350k`, `USD 12`, `1.2E+05`. Whether
    `1,234` and `1.234` group or hold decimals is settled by the rest of the column; where nothing
    speaks for decimal commas, a comma groups and a point is decimal. A whole amount of 10^15 or
    more is refused as `out_of_range`.
    """
    return _normalize(values, _USUAL + r"(?:\.\d{1,2})?$", MONEY, _rounded)


def normalize_numbers(values: pa.StringArray) -> Cleaned:
    """Numbers as decimal128(24, 6), read as money is; `12.5%` is 12.5."""
    return _normalize(values, _USUAL + r"(?:\.\d{1,6})?$", NUMBER, _rounded)


def normalize_integers(values: pa.StringArray) -> Cleaned:
    """Whole numbers as int64, read as money is; `1985.0` is 1985, `2.5` is `not_an_integer`."""
    return _normalize(values, _USUAL + "$", INTEGER, _whole)


def normalize_booleans(values: pa.StringArray) -> Cleaned:
    """Flags as bool; any other word is null with the problem `not_a_boolean`."""
    encoded = drop_placeholders(tidy_text(values)).dictionary_encode()
    words = pc.utf8_lower(encoded.dictionary)
    yes, no = (pc.is_in(words, pa.array(known.split())) for known in (_YES, _NO))
    known = pc.or_(yes, no)
    flags = pc.if_else(known, yes, None)
    problems = pc.if_else(known, pa.scalar(None, pa.string()), "not_a_boolean")
    return Cleaned(flags.take(encoded.indices), problems.take(encoded.indices))


_Finish = Callable[[pa.Array, pa.DataType], tuple[pa.Array, pa.StringArray]]


def _normalize(values: pa.StringArray, usual: str, kind: pa.DataType, finish: _Finish) -> Cleaned:
    text = drop_placeholders(tidy_text(values))
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(text, usual)), False)
    rest = pc.utf8_lower(text.filter(odd)).dictionary_encode()
    bodies = _parts(rest.dictionary)
    if pc.any(_only(bodies["body"], _COMMA_DECIMAL, _POINT_DECIMAL)).as_py():
        # Then a comma of the usual shape may be a decimal one, and the whole column decides.
        odd = pc.or_(odd, pc.fill_null(pc.match_substring_regex(text, "[.,]"), False))
        rest = pc.utf8_lower(text.filter(odd)).dictionary_encode()
        bodies = _parts(rest.dictionary)
    usual_text = pc.if_else(odd, None, text)
    for mark in ("$", ","):
        usual_text = pc.replace_substring(usual_text, mark, "")
    values = usual_text.cast(kind)
    problems = pa.nulls(len(text), pa.string())
    cleaned = _clean(bodies, kind, finish)
    return Cleaned(
        pc.replace_with_mask(values, odd, cleaned.values.take(rest.indices)),
        pc.replace_with_mask(problems, odd, cleaned.problems.take(rest.indices)),
    )


_Parts = dict[str, pa.StringArray]


def _clean(parts: _Parts, kind: pa.DataType, finish: _Finish) -> Cleaned:
    numbers = _value(parts)
    too_large = pc.greater_equal(pc.abs(numbers), pa.scalar(_LARGEST).cast(_ROOMY))
    finished, misfit = finish(pc.if_else(too_large, None, numbers), kind)
    problems = pc.if_else(too_large, "out_of_range", misfit)
    problems = pc.if_else(pc.is_null(numbers), "not_a_number", problems)
    return Cleaned(finished, problems)


def _rounded(numbers: pa.Array, kind: pa.DataType) -> tuple[pa.Array, pa.StringArray]:
    rounded = pc.round(numbers, kind.scale, round_mode="half_towards_infinity")
    return rounded.cast(kind), pa.nulls(len(numbers), pa.string())


def _whole(numbers: pa.Array, kind: pa.DataType) -> tuple[pa.Array, pa.StringArray]:
    broken = pc.not_equal(numbers, pc.trunc(numbers))
    whole = pc.if_else(broken, None, numbers).cast(pa.decimal128(38, 0)).cast(kind)
    return whole, pc.if_else(broken, "not_an_integer", pa.scalar(None, pa.string()))


def _parts(text: pa.StringArray) -> _Parts:
    """The named parts of `_WRITTEN`, `body` without its spaces and apostrophes; null: no match."""
    found = pc.extract_regex(text, _WRITTEN)
    parts = {field.name: pc.struct_field(found, field.name) for field in found.type}
    body = pc.replace_substring_regex(parts["body"], "['’ ]", "")
    return parts | {"raw_body": parts["body"], "body": body}


def _value(parts: _Parts) -> pa.Array:
    """The number that the parts spell, null where they do not spell one."""
    signs = pc.binary_join_element_wise(*(parts[n] for n in ("open", "sign", "inner", "after")), "")
    negative = pc.is_in(signs, pa.array(["-", "−", "("]))
    sound = pc.or_(negative, pc.is_in(signs, pa.array(["", "+"])))
    sound = pc.and_(sound, pc.equal(pc.ends_with(parts["close"], ")"), pc.ends_with(signs, "(")))
    exponent = pc.add(_integer(parts["exponent"]), _power(parts["power"]))
    sound = pc.and_(sound, pc.less(pc.abs(exponent), 13))
    sound = pc.and_not(sound, pc.match_substring_regex(parts["raw_body"], _MISPLACED_SPACE))
    spelled = pc.binary_join_element_wise(
        pc.if_else(negative, "-", ""),
        _with_decimal_point(parts["body"]),
        "E",
        exponent.cast(pa.string()),
        "",
    )
    return pc.if_else(sound, spelled, None).cast(_ROOMY)


def _with_decimal_point(body: pa.StringArray) -> pa.StringArray:
    """`1.234,5` and `1,234.5` as `1234.5`, null where the marks make no sense.

    What could be either is read as most of those are that could not.
    """
    comma = _only(body, _COMMA_DECIMAL, _POINT_DECIMAL)
    point = _only(body, _POINT_DECIMAL, _COMMA_DECIMAL)
    column = (pc.sum(comma).as_py() or 0) > (pc.sum(point).as_py() or 0)
    sense = pc.match_substring_regex(body, f"{_COMMA_DECIMAL}|{_POINT_DECIMAL}")
    with_comma = pc.replace_substring(pc.replace_substring(body, ".", ""), ",", ".")
    with_point = pc.replace_substring(body, ",", "")
    decimal_comma = pc.or_(comma, column and pc.invert(point))
    return pc.if_else(sense, pc.if_else(decimal_comma, with_comma, with_point), None)


def _only(body: pa.StringArray, this: str, other: str) -> pa.BooleanArray:
    return pc.and_not(pc.match_substring_regex(body, this), pc.match_substring_regex(body, other))


def _integer(digits: pa.StringArray) -> pa.Int64Array:
    digits = pc.replace_substring(digits, "+", "")
    return pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.int64())


def _power(words: pa.StringArray) -> pa.Int64Array:
    powers = pa.array(list(_POWERS.values())).take(pc.index_in(words, pa.array(list(_POWERS))))
    return pc.fill_null(powers, 0)

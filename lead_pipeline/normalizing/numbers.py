"""Money, numbers, whole numbers and flags out of what people and spreadsheets write.

Figures stay exact (decimals). What a currency or a per cent sign means is not kept: the figure is.
How figures are written is in figures.py.
"""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.figures import DecimalMark, Parts, figure_parts, figure_value
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

MONEY = pa.decimal128(18, 2)
NUMBER = pa.decimal128(24, 6)
INTEGER = pa.int64()

_LARGEST = 10**15  # exclusive; beyond it no lead list speaks of money, and a phone number may

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


def normalize_money(values: pa.StringArray, mark: DecimalMark | None = None) -> Cleaned:
    """Amounts as decimal128(18, 2), rounded half away from zero; problem `not_a_number`.

    Reads `$1,234.50`, `1.234,50 EUR`, `(123)`, `123-`, `1.2M`, `350k`, `USD 12`, `1.2E+05`. Whether
    `1,234` and `1.234` group or hold decimals is settled by `mark`; without it a comma groups and a
    point is decimal. A whole amount of 10^15 or
    more is refused as `out_of_range`.
    """
    return _normalize(values, mark, _USUAL + r"(?:\.\d{1,2})?$", MONEY, _rounded)


def normalize_numbers(values: pa.StringArray, mark: DecimalMark | None = None) -> Cleaned:
    """Numbers as decimal128(24, 6), read as money is; `12.5%` is 12.5."""
    return _normalize(values, mark, _USUAL + r"(?:\.\d{1,6})?$", NUMBER, _rounded)


def normalize_integers(values: pa.StringArray, mark: DecimalMark | None = None) -> Cleaned:
    """Whole numbers as int64, read as money is; `1985.0` is 1985, `2.5` is `not_an_integer`."""
    return _normalize(values, mark, _USUAL + "$", INTEGER, _whole)


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


def _normalize(
    values: pa.StringArray, mark: DecimalMark | None, usual: str, kind: pa.DataType, finish: _Finish
) -> Cleaned:
    text = drop_placeholders(tidy_text(values))
    odd = pc.fill_null(pc.invert(pc.match_substring_regex(text, usual)), False)
    if mark is DecimalMark.COMMA:  # what looks usual with a mark in it may mean something else
        odd = pc.or_(odd, pc.fill_null(pc.match_substring_regex(text, "[.,]"), False))
    usual_text = pc.if_else(odd, None, text)
    for sign in ("$", ","):
        usual_text = pc.replace_substring(usual_text, sign, "")
    numbers, problems = usual_text.cast(kind), pa.nulls(len(text), pa.string())
    if not pc.any(odd).as_py():
        return Cleaned(numbers, problems)
    rest = pc.utf8_lower(text.filter(odd)).dictionary_encode()
    cleaned = _clean(figure_parts(rest.dictionary), mark, kind, finish)
    return Cleaned(
        pc.replace_with_mask(numbers, odd, cleaned.values.take(rest.indices)),
        pc.replace_with_mask(problems, odd, cleaned.problems.take(rest.indices)),
    )


def _clean(parts: Parts, mark: DecimalMark | None, kind: pa.DataType, finish: _Finish) -> Cleaned:
    numbers = figure_value(parts, mark)
    too_large = pc.greater_equal(pc.abs(numbers), pa.scalar(_LARGEST).cast(numbers.type))
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

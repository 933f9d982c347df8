"""The time of day and the offset from UTC, as they stand behind a date.

Dates, and putting the two together, are in dates.py.
"""

import pyarrow as pa
import pyarrow.compute as pc

SECOND = 1_000_000  # all times are counted in microseconds

_CLOCK = (
    r"^(?P<hour>\d{1,2})(?:[:h]?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r" ?(?:uhr|(?P<half>[ap])\.?m\.?)? ?(?P<zone>z|[a-z]{3})?(?P<offset>[-+]\d{1,2}(?::?\d{2})?)?$"
)
# The zones with letters that RFC 5322 (section 4.3) knows, in hours from UTC.
_ZONES = {
    "": 0, "z": 0, "utc": 0, "gmt": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip


def read_clock(texts: pa.StringArray) -> tuple[pa.Int64Array, pa.Int64Array]:
    """Microseconds since midnight, and the offset from UTC in microseconds (null: not said).

    Takes lower-case text such as `15:15:02+0000`, `3:05 pm`, `15h15`, `15:15 uhr`. The first is
    null where the text is not a time of day or names a zone that is not known.
    """
    found = pc.extract_regex(texts, _CLOCK)
    part = {field.name: pc.struct_field(found, field.name) for field in found.type}
    hour, minute, second = (_number(part[name]) for name in ("hour", "minute", "second"))
    fraction = _number(pc.utf8_slice_codeunits(pc.utf8_rpad(part["fraction"], 6, "0"), 0, 6))
    halved = pc.not_equal(part["half"], "")
    afternoon = pc.multiply(pc.equal(part["half"], "p").cast(pa.int64()), 12)
    hour24 = pc.if_else(halved, pc.add(_remainder(hour, 12), afternoon), hour)
    # An hour alone is a time only with am or pm, and with them it runs from 1 to 12.
    sound = pc.if_else(
        halved,
        pc.and_(pc.greater_equal(hour, 1), pc.less_equal(hour, 12)),
        pc.and_(pc.less(hour, 24), pc.not_equal(part["minute"], "")),
    )
    sound = pc.and_(sound, pc.and_(pc.less(minute, 60), pc.less(second, 60)))
    zone = pc.index_in(part["zone"], pa.array(list(_ZONES)))
    sound = pc.and_(sound, pc.is_valid(zone))
    seconds = pc.add(pc.add(pc.multiply(hour24, 3600), pc.multiply(minute, 60)), second)
    time = pc.add(pc.multiply(seconds, SECOND), fraction)
    return pc.if_else(sound, time, None), _offset(part["zone"], zone, part["offset"])


def _offset(name: pa.StringArray, zone: pa.Int32Array, written: pa.StringArray) -> pa.Int64Array:
    """`+0530`, `+05:30`, `+5` and the named zones, in microseconds; null where neither stands."""
    digits = pc.replace_substring(pc.utf8_ltrim(written, "+-"), ":", "")
    short = pc.less_equal(pc.utf8_length(digits), 2)
    figure = _number(pc.if_else(short, pc.binary_join_element_wise(digits, "00", ""), digits))
    hours = pc.divide(figure, 100)
    minutes = pc.add(pc.multiply(hours, 60), pc.subtract(figure, pc.multiply(hours, 100)))
    signed = pc.if_else(pc.starts_with(written, "-"), pc.negate(minutes), minutes)
    named = pc.multiply(pa.array(list(_ZONES.values())).take(zone), 60)
    said = pc.not_equal(pc.binary_join_element_wise(name, written, ""), "")
    return pc.if_else(said, pc.multiply(pc.add(named, signed), 60 * SECOND), None)


def _remainder(values: pa.Int64Array, by: int) -> pa.Int64Array:
    return pc.subtract(values, pc.multiply(pc.divide(values, by), by))


def _number(digits: pa.StringArray) -> pa.Int64Array:
    return pc.if_else(pc.equal(digits, ""), "0", digits).cast(pa.int64())

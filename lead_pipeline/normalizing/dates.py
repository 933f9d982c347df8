"""Dates and timestamps in the forms that exports, spreadsheets and people write.

Day and clock (clock.py) are read apart, once for each distinct text. Which of day and month comes
first is settled in date_order.py.
"""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.clock import SECOND, read_clock
from lead_pipeline.normalizing.column import Cleaned
from lead_pipeline.normalizing.date_order import TWO_NUMBERS, DateOrder, is_ambiguous
from lead_pipeline.normalizing.date_shapes import DATED, month_of
from lead_pipeline.normalizing.windows import Window
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

__all__ = ["DateOrder", "normalize_dates", "normalize_timestamps"]

DATE = pa.date32()
TIMESTAMP = pa.timestamp("us", "UTC")
_NAIVE = pa.timestamp("us")

_DAY = 86_400 * SECOND

# A day in figures and what follows it; RE2 reads this in one pass, and it is the usual shape.
_FIGURES = r"^(?P<day>[\d./-]+)(?:(?:t|,? )(?P<clock>\d+(?:[: aphz].*)?))?$"
_ANY = r"^(?P<day>[^:]*?\d)(?:,? at |,? |t)(?P<clock>\d{1,2}(?:[:h]\d{2}.*| ?[ap]\.?m\b.*))$"
_ASIDE = r"^(?:mon|tue|wed|thu|fri|sat|sun)\pL*[.,]* | ?\([^)]*\)$"  # a weekday, a zone's name

# Spreadsheets count days from 1899-12-30 (ECMA-376 part 1, 18.17.4.1); five digits: 1927 to 2173.
_SERIAL = r"^[1-9]\d{4}(?:\.\d+)?$"
_SERIAL_OF_1970 = 25_569
# Seconds since 1970 from 2001 on, and thousandths and millionths of them, as APIs give them.
_EPOCHS = {10: SECOND, 13: 1_000, 16: 1}


def normalize_dates(
    values: pa.StringArray, order: DateOrder | None = None, window: Window | None = None
) -> Cleaned:
    """Days as date32; a time of day behind them is left out, a zone not applied.

    Problems: `not_a_date` (no value), and `ambiguous_date` (read month first) where no `order` says
    whether 03/04/2026 is in March or in April. A given `order` settles what could be read both
    ways, never turns down what can be read one way only. Years of two digits: 69 to 99 belong to
    the 1900s, the rest to the 2000s (POSIX strptime %y), unless only the other century lies in the
    `window`. What lies outside of it is an `implausible_date` (no value). Within it a day that a
    spreadsheet left as its serial among others is read, and told as `serial_date`.
    """
    text = drop_placeholders(tidy_text(values))
    days = _iso(text, DATE)
    if days is not None:
        return _within(window, Cleaned(days, pa.nulls(len(text), pa.string())))
    moments = _read(text, order, window)
    return _within(window, Cleaned(moments.day.cast(pa.int32()).cast(DATE), moments.problems))


def normalize_timestamps(
    values: pa.StringArray,
    zone: str = "UTC",
    order: DateOrder | None = None,
    window: Window | None = None,
) -> Cleaned:
    """Moments as timestamp(us, UTC); where no offset is written, the clock is that of `zone`.

    `zone` is an IANA name such as America/New_York. A date without a time is its midnight; a time
    that a change of clocks skips or repeats is the earlier of the two it may be. Problems, `order`
    and `window`: as for dates.
    """
    text = drop_placeholders(tidy_text(values))
    absolute, naive = _iso(text, TIMESTAMP), None  # all with an offset
    if absolute is None:
        naive = _iso(text, _NAIVE)  # all without
    if absolute is not None or naive is not None:
        values = _located(naive, zone) if absolute is None else absolute
        return _within(window, Cleaned(values, pa.nulls(len(text), pa.string())))
    moments = _read(text, order, window)
    local = pc.add(pc.multiply(moments.day, _DAY), moments.time)
    absolute = pc.subtract(local, moments.offset).cast(TIMESTAMP)
    naive = pc.if_else(pc.is_null(moments.offset), local, None).cast(_NAIVE)
    absolute = pc.coalesce(absolute, _located(naive, zone))
    return _within(window, Cleaned(absolute, moments.problems))


def _within(window: Window | None, read: Cleaned) -> Cleaned:
    """What was read, without the days that are outside of the window."""
    if window is None:
        return read
    days = read.values.cast(DATE, safe=False)
    outside = pc.fill_null(pc.invert(_is_inside(days, window)), False)
    if not outside.true_count:
        return read
    return Cleaned(
        pc.if_else(outside, None, read.values),
        pc.if_else(outside, "implausible_date", read.problems),
    )


def _is_inside(days: pa.Date32Array, window: Window) -> pa.BooleanArray:
    return pc.and_(pc.greater_equal(days, window.first), pc.less_equal(days, window.last))


def _iso(text: pa.StringArray, kind: pa.DataType) -> pa.Array | None:
    """Arrow's own reading of ISO 8601, which nearly every export writes; `None` if it fails.

    It fails on the whole array, and slowly: the first values tell whether to try.
    """
    try:
        text.slice(0, 100).cast(kind)
        return text.cast(kind)
    except pa.ArrowInvalid:
        return None


def _located(naive: pa.TimestampArray, zone: str) -> pa.TimestampArray:
    if zone == "UTC":
        return naive.cast(TIMESTAMP)
    aware = pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="earliest")
    return aware.cast(TIMESTAMP)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Days since 1970, microseconds into the day, offset from UTC (null: none said) as int64."""

    day: pa.Int64Array
    time: pa.Int64Array
    offset: pa.Int64Array
    problems: pa.StringArray


def _read(text: pa.StringArray, order: DateOrder | None, window: Window | None) -> _Moments:
    if pc.all(pc.match_substring_regex(text, _SERIAL)).as_py():
        return _read_serials(text)
    whole = pc.utf8_lower(text).dictionary_encode()
    moments = _read_distinct(whole.dictionary, order, window)
    return _Moments(
        moments.day.take(whole.indices),
        moments.time.take(whole.indices),
        moments.offset.take(whole.indices),
        moments.problems.take(whole.indices),
    )


def _read_distinct(
    text: pa.StringArray, order: DateOrder | None, window: Window | None
) -> _Moments:
    dated, clock = (part.dictionary_encode() for part in _split(text))
    time, offset = (column.take(clock.indices) for column in read_clock(clock.dictionary))
    days = _read_days(dated.dictionary, order, window)
    day, doubtful = (column.take(dated.indices) for column in days)
    epoch_day, epoch_time = _read_epochs(text)
    time = pc.coalesce(epoch_time, time, pc.if_else(pc.is_null(clock), 0, None))
    offset = pc.if_else(pc.is_valid(epoch_day), 0, offset)
    day = pc.if_else(pc.is_null(time), None, pc.coalesce(epoch_day, day))

    problems = pc.if_else(doubtful, "ambiguous_date", pa.scalar(None, pa.string()))
    unread = pc.and_(pc.is_valid(text), pc.is_null(day))
    read = _Moments(day, time, offset, pc.if_else(unread, "not_a_date", problems))
    return _with_serials(read, text, window) if window and unread.true_count else read


def _with_serials(read: _Moments, text: pa.StringArray, window: Window) -> _Moments:
    """What is no date otherwise, and a plausible one as the serial of a spreadsheet, read so."""
    serial = pc.and_(pc.is_null(read.day), pc.match_substring_regex(text, _SERIAL))
    serials = _read_serials(pc.if_else(serial, text, None))
    is_day = _is_inside(serials.day.cast(pa.int32()).cast(DATE), window)
    is_day = pc.fill_null(is_day, False)
    return _Moments(
        pc.if_else(is_day, serials.day, read.day),
        pc.if_else(is_day, serials.time, read.time),
        read.offset,
        pc.if_else(is_day, "serial_date", read.problems),
    )


def _split(text: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """The text of the day, and of the clock behind it (null without one)."""
    found = pc.extract_regex(text, _FIGURES)
    day, clock = (pc.struct_field(found, name) for name in ("day", "clock"))
    clock = pc.if_else(pc.equal(clock, ""), None, clock)
    if day.null_count > text.null_count:
        wordy = pc.is_null(day)
        bare = pc.replace_substring_regex(text.filter(wordy), _ASIDE, "")
        found = pc.extract_regex(bare, _ANY)
        day_words = pc.coalesce(pc.struct_field(found, "day"), bare)
        day = pc.replace_with_mask(day, wordy, day_words)
        clock = pc.replace_with_mask(clock, wordy, pc.struct_field(found, "clock"))
    return day, clock


def _read_days(
    texts: pa.StringArray, order: DateOrder | None, window: Window | None
) -> tuple[pa.Int64Array, pa.BooleanArray]:
    """Days since 1970 (null: no date) of distinct texts, and whether the order was a guess."""
    found = pc.extract_regex(texts, f"^{TWO_NUMBERS}$")
    one, two = (pc.struct_field(found, name).cast(pa.int64()) for name in ("one", "two"))
    either = is_ambiguous(one, two)
    day_first = pc.if_else(either, order == DateOrder.DAY_FIRST, pc.greater(one, 12))
    year = pc.struct_field(found, "year")
    month, day = pc.if_else(day_first, two, one), pc.if_else(day_first, one, two)
    for shape in DATED:
        found = pc.extract_regex(texts, shape)
        part = {field.name: pc.struct_field(found, field.name) for field in found.type}
        year, day = pc.coalesce(year, part["year"]), pc.coalesce(day, part["day"].cast(pa.int64()))
        month = pc.coalesce(month, month_of(part))
    doubtful = pc.and_(either, order is None)
    days = _in_century(_days(_full_year(year), month, day), year, month, day, window)
    return days, pc.fill_null(doubtful, False)


def _in_century(
    days: pa.Int64Array,
    year: pa.StringArray,
    month: pa.Int64Array,
    day: pa.Int64Array,
    window: Window | None,
) -> pa.Int64Array:
    """The days; of a year of two digits in the other century where only that is plausible."""
    if window is None:
        return days
    short = pc.equal(pc.binary_length(year), 2)
    outside = pc.invert(_is_inside(days.cast(pa.int32()).cast(DATE), window))
    wrong = pc.fill_null(pc.and_(short, outside), False)
    if not wrong.true_count:
        return days
    full = _full_year(pc.if_else(wrong, year, None))
    other = _days(
        pc.if_else(pc.less(full, 2000), pc.add(full, 100), pc.subtract(full, 100)), month, day
    )
    better = pc.fill_null(_is_inside(other.cast(pa.int32()).cast(DATE), window), False)
    return pc.if_else(better, other, days)


def _full_year(digits: pa.StringArray) -> pa.Int64Array:
    year = digits.cast(pa.int64())
    century = pc.if_else(pc.less(year, 69), 2000, 1900)
    return pc.if_else(pc.equal(pc.binary_length(digits), 2), pc.add(year, century), year)


def _days(year: pa.Int64Array, month: pa.Int64Array, day: pa.Int64Array) -> pa.Int64Array:
    written = zip(year.to_pylist(), month.to_pylist(), day.to_pylist(), strict=True)
    return (
        pa.array([_existing(*parts) for parts in written], DATE).cast(pa.int32()).cast(pa.int64())
    )


def _existing(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month, day) if year and month and day else None
    except ValueError:
        return None


def _read_serials(text: pa.StringArray) -> _Moments:
    serial = text.cast(pa.float64())
    whole = pc.floor(serial)
    seconds = pc.round(pc.multiply(pc.subtract(serial, whole), 86_400))
    return _Moments(
        pc.subtract(whole.cast(pa.int64()), _SERIAL_OF_1970),
        pc.multiply(seconds.cast(pa.int64()), SECOND),
        pa.nulls(len(text), pa.int64()),
        pa.nulls(len(text), pa.string()),
    )


def _read_epochs(text: pa.StringArray) -> tuple[pa.Int64Array, pa.Int64Array]:
    """Days since 1970 and microseconds into the day of values such as 1762182902000."""
    digits = pc.struct_field(pc.extract_regex(text, r"^(?P<n>[1-9]\d{9,15})(?:\.0*)?$"), "n")
    length = pc.binary_length(digits)
    units = pc.index_in(length, pa.array(list(_EPOCHS), length.type))
    factor = pa.array(list(_EPOCHS.values())).take(units)
    micros = pc.multiply(digits.cast(pa.int64()), factor)
    days = pc.divide(micros, _DAY)
    return days, pc.subtract(micros, pc.multiply(days, _DAY))

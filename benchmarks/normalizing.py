"""How fast the column normalisers are, beside the library they stand for called row by row.

    python benchmarks/normalizing.py [PART ...] [--rows N] [--json]

All values are invented; the same seed gives the same values. To measure another normaliser, add a
`Part` to `PARTS`.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import email_validator
import phonenumbers
import pyarrow as pa
from nameparser import HumanName
from scourgify.exceptions import AddressNormalizationError  # type: ignore[import-untyped]
from scourgify.normalize import normalize_addr_str  # type: ignore[import-untyped]

from lead_pipeline.normalizing.addresses import normalize_postal_codes, normalize_states
from lead_pipeline.normalizing.dates import normalize_dates, normalize_timestamps
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.normalizing.names import normalize_names
from lead_pipeline.normalizing.numbers import normalize_booleans, normalize_money
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.normalizing.streets import normalize_streets
from lead_pipeline.reading.cell_text import tidy_text

_SEED = 20261122
_REPEATS = 3


@dataclass(frozen=True)
class Part:
    """One normaliser to measure: `value` invents one cell, `by_row` is what one would call else."""

    rows: int
    value: Callable[[Random], str | None]
    by_column: Callable[[pa.StringArray], object]
    by_row: Callable[[str], object] | None = None


def _phone(random: Random) -> str | None:
    kind = random.random()
    if kind < 0.90:
        return _us_phone(random)
    if kind < 0.95:
        return _foreign_phone(random)
    if kind < 0.97:
        return f"{_us_phone(random)} x{random.randint(1, 9999)}"
    if kind < 0.98:
        return f"{_us_phone(random)} / {_us_phone(random)}"
    return random.choice([None, "n/a", "unknown", str(random.randint(0, 9_999_999))])


def _us_phone(random: Random) -> str:
    """Of the block 555-0100 to 555-0199 that no subscriber has (NANPA)."""
    area = random.choice(("202", "212", "305", "312", "404", "415", "512", "602", "713", "818"))
    line = f"01{random.randint(0, 99):02d}"
    shapes = ("{}555{}", "({}) 555-{}", "{}-555-{}", "+1{}555{}", "1-{}-555-{}", "{}.555.{}")
    return random.choice(shapes).format(area, line)


def _foreign_phone(random: Random) -> str:
    """Of the blocks that Ofcom, Bundesnetzagentur and Arcep keep for fiction."""
    shapes = ("+44 7700 900{:03d}", "+4420 7946 0{:03d}", "+49 30 23125 {:03d}", "+33199006{:03d}")
    return random.choice(shapes).format(random.randint(0, 999))


def _phone_by_row(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(random: Random) -> str | None:
    name = f"nobody.{random.randint(1, 999_999)}"
    kind = random.random()
    if kind < 0.60:
        return f"{name}@{random.choice(('example.com', 'example.org', 'mail.example.net'))}"
    if kind < 0.80:
        return f"{name}{random.choice(('', '+offers'))}@gmail.com"
    if kind < 0.93:
        return f"{name.title()}@Office{random.randint(1, 3000)}.Example.com"
    if kind < 0.96:
        return f'"Nobody" <{name}@example.com>'
    if kind < 0.97:
        return f"{name}@example.com; {name}.2@example.com"
    if kind < 0.971:
        return f"{name}@bücher.example"
    return random.choice([None, "n/a", "none", f"{name}@", f"{name} at example.com"])


def _email_by_row(text: str) -> str | None:
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        return None


def _street_by_row(text: str) -> object:
    try:
        return normalize_addr_str(text)
    except AddressNormalizationError:
        return None


_SYLLABLES = ("ba", "den", "fo", "gar", "hil", "ken", "lor", "mon", "ner", "pol", "ros", "ston")
_TYPES = ("St", "Street", "Ave", "Avenue", "Rd", "Drive", "Ln", "Court", "Blvd", "Way")


def _word(random: Random, *syllables: int) -> str:
    return "".join(random.choices(_SYLLABLES, k=random.choice(syllables))).title()


def _name(random: Random) -> str:
    """Nearly all distinct; a tenth of the shapes that only the library can split."""
    first, last = _word(random, 2, 3), _word(random, 2, 3)
    kind = random.random()
    if kind < 0.40:
        return f"{first} {last}"
    if kind < 0.55:
        return f"{first} {random.choice('ABCDFGHJKLM')}. {last}"
    if kind < 0.80:
        return f"{first} {last}".upper()
    if kind < 0.90:
        return f"{last}, {first}"
    if kind < 0.95:
        return f"{last} {random.choice(('LLC', 'Family Trust', 'Holdings Inc'))}"
    shapes = ("{} de la {}", "{} {} MD", "{} VAN DER {}", "Rev. {} {}", "{} & Jane {}")
    return random.choice(shapes).format(first, last)


def _street(random: Random) -> str:
    """Nearly all distinct; a twentieth of the shapes that only the library can read."""
    number, name, kind = random.randint(1, 19_999), _word(random, 2, 3), random.choice(_TYPES)
    shapes = ("{0} {1} {2}",) * 10 + (
        "{0} N {1} {2}", "{0} {1} {2} Apt {3}", "{0} W {3}th {2}", "{0} {1} {2}, #{3}",
        "PO Box {0}", "{0} Highway {3}", "{0} {1} {1} {2}", "{0} {1} {2} E",
    )  # fmt: skip
    return random.choice(shapes).format(number, name, kind, random.randint(4, 9))


PARTS = {
    "text": Part(210_000, lambda random: f" {_word(random, 2, 3)} Doe ", tidy_text),
    "names": Part(
        210_000, _name, lambda names: normalize_names(names, None, None, None), HumanName
    ),
    "streets": Part(210_000, _street, lambda lines: normalize_streets(lines, "US"), _street_by_row),
    "zip codes": Part(
        210_000,
        lambda random: str(random.randint(501, 99_950)),
        lambda codes: normalize_postal_codes(codes, "US"),
    ),
    "states": Part(
        210_000,
        lambda random: random.choice(("TX", "Texas", "Calif.", "FL")),
        lambda states: normalize_states(states, "US"),
    ),
    "dates": Part(
        210_000,
        lambda random: (
            f"{random.randint(1, 12)}/{random.randint(1, 28)}/{random.randint(1990, 2026)}"
        ),
        normalize_dates,
    ),
    "timestamps": Part(
        210_000,
        lambda random: f"2026-11-{random.randint(1, 30):02}T15:{random.randint(0, 59):02}:02+0000",
        normalize_timestamps,
    ),
    "money": Part(
        210_000, lambda random: f"${random.randint(0, 10**8) / 100:,.2f}", normalize_money
    ),
    "booleans": Part(210_000, lambda random: random.choice(("True", "False")), normalize_booleans),
    "phones": Part(250_000, _phone, normalize_phones, _phone_by_row),
    "emails": Part(210_000, _email, normalize_emails, _email_by_row),
}


def measure(name: str, rows: int | None = None) -> dict[str, object]:
    """Time one part: seconds of the best of three runs by column, and of one run row by row."""
    part = PARTS[name]
    random = Random(_SEED)
    cells = [part.value(random) for _ in range(rows or part.rows)]
    column = pa.array(cells, pa.string())
    by_column = min(_seconds(lambda: part.by_column(column)) for _ in range(_REPEATS))
    result: dict[str, object] = {
        "part": name,
        "rows": len(cells),
        "seconds": round(by_column, 3),
        "rows_per_second": round(len(cells) / by_column),
    }
    if by_row := part.by_row:
        seconds = _seconds(lambda: [by_row(cell) for cell in cells if cell is not None])
        result["by_row_seconds"] = round(seconds, 3)
        result["times_faster"] = round(seconds / by_column, 1)
    return result


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (all)")
    parser.add_argument("--rows", type=int, help="rows for each part (each part's own default)")
    parser.add_argument("--json", action="store_true", help="one JSON document a line")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for name in options.parts or PARTS:
        result = measure(name, options.rows)
        print(json.dumps(result) if options.json else _line(result))


def _line(result: dict[str, object]) -> str:
    line = "{part:<12} {rows:>9,} rows  {seconds:>7.3f} s  {rows_per_second:>11,} rows/s"
    if "times_faster" in result:
        line += "  by row {by_row_seconds:>7.3f} s  {times_faster:>6.1f} times faster"
    return line.format_map(result)


if __name__ == "__main__":
    main()

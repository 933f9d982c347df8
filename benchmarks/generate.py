"""Makes the files that the benchmarks read: messy, of invented people, the same for the same seed.

    python benchmarks/generate.py property|leads [--rows N] [--seed S] -o FILE

`property` has 148 columns: the header of the sample property export (184 columns) without
NumberOfLoans..Seller (loans, and who bought from whom) and AbsenteeOwner..LastNoticeDate (flags,
scores, notices). `leads` has 22 columns in LeadConduit's manner. By default either is about 48 MB.
Benchmarks import `write_property`, `write_leads` and `write_lists`.
"""

import argparse
import csv
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from lead_pipeline.stack.demo import demo_files

PROPERTY_ROWS = 61_000
LEADS_ROWS = 210_500
_PHONE_STEP = 7_368_787  # a prime: all lines come once before one comes again
_BLOCK_ROWS = 10_000

_LEADS_HEADER = [
    *("lead_id", "first_name", "last_name", "email", "phone_1", "phone_2", "address_1", "city"),
    *("state", "postal_code", "campaign", "keyword", "utm_source", "utm_medium"),
    *("submission_timestamp", "source_name", "flow_name", "status", "quality_score"),
    *("is_duplicate", "ip_address", "landing_page"),
]

Columns = dict[str, list[str]]


class Draws(Random):
    """Random choices that draw no phone number twice."""

    phones = 0

    def line(self, lines: int) -> int:
        """The next of `lines` numbers, in an order that looks like none."""
        self.phones += 1
        return self.phones * _PHONE_STEP % lines


def write_property(path: Path, rows: int = PROPERTY_ROWS, seed: int = 1) -> None:
    """Write `rows` properties, each with an owner, 0-3 contacts and at times a listing agent."""
    _write(path, _property_header(), "Id", rows, seed, _property_block)


def write_leads(path: Path, rows: int = LEADS_ROWS, seed: int = 1) -> None:
    """Write `rows` leads with 1.2 phones each."""
    _write(path, _LEADS_HEADER, "lead_id", rows, seed, _leads_block)


def write_lists(folder: Path, files: int, rows: int, seed: int = 1) -> list[Path]:
    """Write `files` lists of `rows` leads each, which have few people in common.

    Two files of different seeds would be about the same people.
    """
    whole = folder / "whole.csv"
    write_leads(whole, files * rows, seed)
    paths = [folder / f"list_{number:05}.csv" for number in range(files)]
    with whole.open(encoding="utf-8", newline="") as source:
        records = csv.reader(source)
        header = next(records)
        for path in paths:
            with path.open("w", encoding="utf-8", newline="") as target:
                csv.writer(target, lineterminator="\n").writerows([header, *islice(records, rows)])
    whole.unlink()
    return paths


def _write(
    path: Path,
    header: list[str],
    identifier: str,
    rows: int,
    seed: int,
    block: Callable[[Draws, int], Columns],
) -> None:
    """Write blocks of columns as rows; 3 % repeat an earlier row in all but the identifier."""
    random = Draws(seed)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        for start in range(0, rows, _BLOCK_ROWS):
            count = min(_BLOCK_ROWS, rows - start)
            columns = block(random, count)
            repeats = [(row, random.randrange(row)) for row in _some(random, count, 0.03) if row]
            for values in columns.values():
                for row, earlier in repeats:
                    values[row] = values[earlier]
            columns[identifier] = [f"{seed:04x}{start + row:08x}" for row in range(count)]
            blank = [""] * count
            writer.writerows(zip(*(columns.get(name, blank) for name in header), strict=True))


def _leads_block(random: Draws, count: int) -> Columns:
    first, last, email = _people(random, count)
    city, state, postal_code, _ = _places(random, count)
    return {
        "first_name": first,
        "last_name": last,
        "email": email,
        "phone_1": _thin(random, _phones(random, count), 0.97),
        "phone_2": _thin(random, _phones(random, count), 0.23),
        "address_1": _streets(random, count),
        "city": city,
        "state": state,
        "postal_code": postal_code,
        "submission_timestamp": _timestamps(random, count),
        "ip_address": _numbers(random, count, 0, 256, shape="192.0.2.{}"),
        **_drawn(random, count, "leads"),
    }


def _property_header() -> list[str]:
    """The columns of the sample export but for two runs of them: see the top of this file."""
    (sample,) = (path for _, path in demo_files() if path.name == "property_export.csv")
    with sample.open(encoding="utf-8-sig", newline="") as source:
        header = next(csv.reader(source))
    for first, last in [("NumberOfLoans", "Seller"), ("AbsenteeOwner", "LastNoticeDate")]:
        del header[header.index(first) : header.index(last) + 1]
    return header


def _property_block(random: Draws, count: int) -> Columns:
    first, last, _ = _people(random, count)
    city, state, postal_code, county = _places(random, count)
    address = {
        "Address": _streets(random, count),
        "City": city,
        "State": state,
        "PostalCode": postal_code,
    }
    columns = {
        "FirstName": first,
        "LastName": last,
        "County": county,
        "LastSalesDate": _dates(random, count),
        "PricePerSqFt": _numbers(random, count, 90, 600, shape="{}.5"),
        "SquareFootage": _numbers(random, count, 600, 5_000),
        "LotSizeSqFt": _numbers(random, count, 2_000, 40_000),
        "YearBuilt": _numbers(random, count, 1900, 2026),
        "TaxAmount": _numbers(random, count, 500, 20_000),
        "AddressHash": _numbers(random, count, 0, 2**128, shape="{:032x}"),
        **{f"Recipient{part}": values for part, values in address.items()},
        **{f"Property{part}": values for part, values in address.items()},
        **_drawn(random, count, "property"),
    }
    for name in ("LastSalesPrice", "AVM", "WholesaleValue", "MarketValue", "AssessedTotal"):
        columns[name] = _numbers(random, count, 90_000, 900_000)
    for name in ("RentalEstimateLow", "RentalEstimateHigh"):
        columns[name] = _numbers(random, count, 900, 6_000)
    for number, share in [(1, 0.8), (2, 0.5), (3, 0.3)]:
        columns |= _contact(random, count, f"Contact{number}", share)
    for name, share in [("MLS_Curr", 0.4), ("MLS_Prev", 0.25)]:
        columns |= _listing(random, count, name, share)
    return columns


def _contact(random: Draws, count: int, name: str, share: float) -> Columns:
    """The columns of one contact, filled in `share` of the rows; further phones are rarer."""
    first, last, email = _people(random, count)
    columns = {
        f"{name}Name": _joined(first, last),
        f"{name}Email_1": _thin(random, email, 0.75),
        f"{name}Email_2": _thin(random, _people(random, count)[2], 0.2),
    }
    for number, filled in [(1, 0.95), (2, 0.5), (3, 0.2)]:
        phone = f"{name}Phone_{number}"
        slot = {
            phone: _phones(random, count),
            f"{phone}_Litigator": _thin(random, ["False"] * count, 0.995, other="True"),
        }
        for about, values in _drawn(random, count, "contact_phone").items():
            slot[f"{phone}_{about}"] = values
        columns |= _thin_together(random, slot, filled)
    return _thin_together(random, columns, share)


def _listing(random: Draws, count: int, name: str, share: float) -> Columns:
    """The columns of a listing and its agent, filled in `share` of the rows."""
    first, last, email = _people(random, count)
    columns = {
        "ListingID": _numbers(random, count, 0, 10**8, shape="MLS{:08}"),
        "ListDate": _dates(random, count),
        "DaysOnMarket": _numbers(random, count, 0, 400),
        "ListPrice": _numbers(random, count, 90_000, 900_000),
        "ListAgentName": _joined(first, last),
        "ListAgentPhone": _phones(random, count),
        "ListAgentEmail": email,
        "SalePrice": _thin(random, _numbers(random, count, 90_000, 900_000), 0.3),
        "Sqft": _numbers(random, count, 600, 5_000),
        "Photos": _numbers(
            random, count, 0, 10**8, shape="https://www.example.com/homes/{:08}.jpg"
        ),
        "YearBuilt": _numbers(random, count, 1900, 2026),
        **_drawn(random, count, "listing"),
    }
    return _thin_together(random, {f"{name}_{end}": v for end, v in columns.items()}, share)


def _people(random: Draws, count: int) -> tuple[list[str], list[str], list[str]]:
    """First names, last names and email addresses, some written carelessly or not at all."""
    first = random.choices(_words()["first_names"], k=count)
    last = random.choices(_words()["last_names"], k=count)
    numbers = _numbers(random, count, 0, 10**6)
    email = [
        f"{a}.{b}{number}@example.com".lower().encode("ascii", "ignore").decode()
        for a, b, number in zip(first, last, numbers, strict=True)
    ]
    for row in _some(random, count, 0.1):
        first[row], last[row], email[row] = (
            first[row].upper(),
            last[row].upper(),
            email[row].upper(),
        )
    for row in _some(random, count, 0.05):
        first[row], last[row] = f" {first[row].lower()}", f"{last[row].lower()}  "
    for row in _some(random, count, 0.015):
        email[row] = random.choice(_words()["bad_emails"])
    return first, last, _thin(random, email, 0.94)


def _phones(random: Draws, count: int) -> list[str]:
    """Numbers in every shape that people type; 2 % are none.

    All are in the exchange 555, whose numbers are hardly anybody's. Those set aside for fiction,
    555-0100 to 555-0199 (ATIS-0300115), are too few for files of this size.
    """
    shapes = random.choices(_words()["phone_shapes"], k=count)
    areas = _words()["area_codes"]
    drawn = (divmod(random.line(len(areas) * 10_000), 10_000) for _ in range(count))
    phones = [
        shape.format(areas[a], f"{b:04}") for shape, (a, b) in zip(shapes, drawn, strict=True)
    ]
    for row in _some(random, count, 0.02):
        phones[row] = random.choice(_words()["bad_phones"])
    return phones


def _places(random: Draws, count: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """Cities, states, postal codes and counties that belong together."""
    chosen = random.choices(_words()["places"], k=count)
    city, state, start, county = ([place[part] for place in chosen] for part in range(4))
    ends = _numbers(random, count, 0, 100, shape="{:02}")
    return city, state, [a + b for a, b in zip(start, ends, strict=True)], county


def _streets(random: Draws, count: int) -> list[str]:
    return _joined(_numbers(random, count, 1, 10_000), random.choices(_words()["streets"], k=count))


def _dates(random: Draws, count: int) -> list[str]:
    days = random.choices(range(26 * 12 * 28), k=count)
    return [f"{2000 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}" for day in days]


def _timestamps(random: Draws, count: int) -> list[str]:
    shapes = random.choices(_words()["timestamps"], k=count)
    minutes = random.choices(range(12 * 28 * 1440), k=count)
    return [
        shape.format(m // 1440 // 28 + 1, m // 1440 % 28 + 1, m // 60 % 24, m % 60)
        for shape, m in zip(shapes, minutes, strict=True)
    ]


def _numbers(random: Draws, count: int, low: int, high: int, shape: str = "{}") -> list[str]:
    """Whole numbers from `low` to below `high`, written in a shape."""
    span = high - low
    return [shape.format(low + int(random.random() * span)) for _ in range(count)]


def _drawn(random: Draws, count: int, table: str) -> Columns:
    """A column for each list of words in a table of words.toml."""
    return {name: random.choices(words, k=count) for name, words in _words()[table].items()}


def _joined(left: list[str], right: list[str]) -> list[str]:
    return [f"{a} {b}" for a, b in zip(left, right, strict=True)]


def _some(random: Draws, count: int, share: float) -> Iterator[int]:
    """The rows to which something happens that happens in `share` of all."""
    return (row for row in range(count) if random.random() < share)


def _thin(random: Draws, values: list[str], share: float, other: str = "") -> list[str]:
    """The values in `share` of the rows, blank (or another value) in the rest."""
    return [value if random.random() < share else other for value in values]


def _thin_together(random: Draws, columns: Columns, share: float) -> Columns:
    """The columns, all of them filled in `share` of the rows and blank in the others."""
    count = len(next(iter(columns.values())))
    blank = [random.random() >= share for _ in range(count)]
    return {
        name: ["" if gone else value for value, gone in zip(values, blank, strict=True)]
        for name, values in columns.items()
    }


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a benchmark file.")
    parser.add_argument("kind", choices=["property", "leads"])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    write, rows = {
        "property": (write_property, PROPERTY_ROWS),
        "leads": (write_leads, LEADS_ROWS),
    }[arguments.kind]
    write(arguments.output, arguments.rows or rows, arguments.seed)


if __name__ == "__main__":
    main()

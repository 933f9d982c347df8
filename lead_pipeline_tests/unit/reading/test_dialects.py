"""Dialects are found in every combination of delimiter, quoting, line break and pollution."""

import itertools
from pathlib import Path

import pytest

from lead_pipeline_tests.unit.reading.files import as_csv, read

PRODUCTS = [
    ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "Product Type", "Description", "URL", "Comments"],
    *(
        [
            f"{i % 28 + 1:02d}/01/2026",
            f"{i % 24:02d}:15",
            str(i),
            f"XY-{8000 + i}",
            f"${i}.95",
            ("Men's Boots", "Pillow, Wooden", 'Table 48"')[i % 3],
            ("Light and quick; rugged, too.", "For her: 8'9\" long", "Great value")[i % 3],
            f"https://www.example.com/product/{i}.html",
            "",
        ]
        for i in range(40)
    ),
]
LEADS = [
    ["First Name", "Last Name", "Email", "Phone", "Address", "Zip", "Notes"],
    *(
        [
            ("Ava", "Ben", "José")[i % 3],
            ("Stone", "O'Neil")[i % 2],
            f"x{i}@example.com",
            f"(202) 555-01{i:02d}",
            (f"{i} Main St, Apt 4", f"{i} Elm Rd")[i % 2],
            f"{i:05d}",
            ("called; left a note", "", 'said "maybe"\nlater')[i % 3],
        ]
        for i in range(40)
    ),
]
TABLES = pytest.mark.parametrize("table", [PRODUCTS, LEADS], ids=["products", "leads"])


def assert_read(tmp_path: Path, text: str, table: list[list[str]]) -> None:
    found = read(tmp_path, text)
    assert found.layout.header == tuple(table[0])
    assert [[cell or "" for cell in row] for row in found.rows.values()] == table[1:]


@TABLES
@pytest.mark.parametrize("quote_all", [False, True], ids=["quoted if needed", "all quoted"])
@pytest.mark.parametrize(
    "delimiter",
    [",", ";", "\t", "|", ":", " ", "^", "~", "#", "&", "*", "=", "!", "\x01", "\x1f", "§", "¦",
     "||", ";;", "::", ",,", "^^", "\t\t", "|~|", "~|~", ", ", "; ", "\\t"],
    ids=repr,
)  # fmt: skip
def test_delimiters(
    tmp_path: Path, table: list[list[str]], delimiter: str, quote_all: bool
) -> None:
    assert_read(tmp_path, as_csv(table, delimiter, quote_all=quote_all), table)


@TABLES
@pytest.mark.parametrize(
    ("delimiter", "line_end", "style"),
    list(itertools.product(",;|\t", ["\n", "\r\n", "\r"], ["double", "single", "escaped"])),
)
def test_quotes_escapes_and_line_breaks(
    tmp_path: Path, table: list[list[str]], delimiter: str, line_end: str, style: str
) -> None:
    quote = "'" if style == "single" else '"'
    escape = "\\" if style == "escaped" else None
    text = as_csv(table, delimiter, quote, line_end, escape_with=escape)
    assert_read(tmp_path, text, table)


@TABLES
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=repr)
@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("PREAMBLE\n" * 3, ""),
        ("PREAMBLE{empty}\n{blank}\n", ""),
        ("Leads, January 2026\nExported by: somebody\n\n", ""),
        ("", "\n\n"),
        ("", "FOOTNOTE\nsecond line\n"),
        ("", "\nTotal: 40 rows\n"),
    ],
)
def test_text_above_and_below(
    tmp_path: Path, table: list[list[str]], delimiter: str, above: str, below: str
) -> None:
    blank = delimiter * (len(table[0]) - 1)
    above = above.format(empty=blank, blank=blank)
    assert_read(tmp_path, above + as_csv(table, delimiter) + below, table)


@TABLES
@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line.replace(",", "", 1),
        lambda line: line.replace(",", ",,", 1),
        lambda line: line.replace(",", ',"', 1),
        lambda line: '"' + line,
        lambda line: line + '"',
        lambda line: line.replace(",", ";"),
    ],
    ids=["less", "more", "quote within", "quote before", "quote after", "other delimiter"],
)
@pytest.mark.parametrize("at", [1, 20, 40])
def test_damage_to_one_row_costs_no_other_row(
    tmp_path: Path, table: list[list[str]], damage: object, at: int
) -> None:
    table = [[cell.replace("\n", " ") for cell in row] for row in table]
    lines = as_csv(table).splitlines(keepends=True)
    assert callable(damage)
    lines[at] = damage(lines[at].rstrip("\n")) + "\n"
    found = read(tmp_path, "".join(lines))
    rows = [[cell or "" for cell in row] for number, row in found.rows.items() if number != at + 1]
    assert rows == table[1:at] + table[at + 1 :]


def test_cells_that_look_like_nothing_known_are_still_parted(tmp_path: Path) -> None:
    table = [
        ["name", "email", "note"],
        *(['a "b" \nc', f"x{i}@example.com", '5"'] for i in range(9)),
    ]
    assert_read(tmp_path, as_csv(table), table)


@pytest.mark.parametrize(
    "values",
    [
        [f"{name} {last}" for name in ("Ava", "Ben", "Dan") for last in ("Stone", "Field")],
        [f"(202) 555-01{i:02d}" for i in range(9)],
        [f"202 555 01{i:02d}" for i in range(9)],
        [f"{i} Main Street" for i in range(9)],
        [f"2026-01-0{i} 10:30" for i in range(1, 9)],
        ["Stone, Field and Sons", "Field, Inc.", "Rivers", "Stone and Brook, Inc."],
        ["we called, then again: no answer", "left message", "ok; later", "no, thanks"],
    ],
)
def test_one_column_is_not_taken_apart(tmp_path: Path, values: list[str]) -> None:
    found = read(tmp_path, "\n".join(["value", *values]))
    assert found.layout.delimiter is None
    assert list(found.rows.values()) == [(value,) for value in values]

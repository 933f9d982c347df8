"""Small files for the reading tests, and everything that was read from one in a plain shape."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from lead_pipeline.reading import Layout, Problem, ReadOptions, RejectedRow, open_lead_file

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Read:
    """A file that was read to its end."""

    layout: Layout
    rows: dict[int, Cells]
    rejected: list[RejectedRow]
    blank: list[int]
    problems: list[Problem]

    @property
    def codes(self) -> set[str]:
        return {problem.code for problem in self.problems}

    @property
    def records(self) -> list[int]:
        """The number of every physical record, wherever it ended."""
        above = [p.row or 0 for p in self.problems if p.code in ("preamble", "sep_line")]
        header = [self.layout.header_row] if self.layout.header_row else []
        rejected = [row.number for row in self.rejected]
        return sorted([*above, *header, *self.rows, *rejected, *self.blank])


def read(path: Path, content: bytes | str, options: ReadOptions | None = None) -> Read:
    """Writes `content` to a file below `path`, opens and reads it."""
    file = path / "list.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(file, options)


def read_file(file: Path, options: ReadOptions | None = None) -> Read:
    opened = open_lead_file(file, file.name, options or ReadOptions())
    rows: dict[int, Cells] = {}
    rejected: list[RejectedRow] = []
    blank: list[int] = []
    problems = list(opened.layout.problems)
    try:
        for batch in opened.batches():
            columns = [column.to_pylist() for column in batch.cells.columns]
            rows.update(zip(batch.numbers.to_pylist(), zip(*columns, strict=True), strict=True))
            rejected += batch.rejected
            blank += batch.blank
            problems += batch.problems
    finally:
        opened.close()
    return Read(opened.layout, rows, rejected, blank, problems)


def as_csv(
    rows: Iterable[Sequence[str]],
    delimiter: str = ",",
    quote: str = '"',
    line_end: str = "\n",
    quote_all: bool = False,
    escape_with: str | None = None,
) -> str:
    """Rows as delimited text, quoted where needed; quotes doubled, or escaped if so stated."""

    def cell(text: str) -> str:
        needs = any(mark in text for mark in (delimiter, quote, "\n", "\r"))
        if not (needs or quote_all):
            return text
        if escape_with:
            text = text.replace(escape_with, escape_with * 2)
        return quote + text.replace(quote, (escape_with or quote) + quote) + quote

    return "".join(delimiter.join(map(cell, row)) + line_end for row in rows)


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Style 1 is a date, style 2 a date with time.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>'
)


def write_xlsx(file: Path, sheets: dict[str, str]) -> Path:
    """A workbook of which each sheet is given by its XML rows (see `xml_rows`)."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="r{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="a" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{related}<Relationship Id="st" '
            f'Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for i, name in enumerate(names, 1):
            archive.writestr(
                f"xl/worksheets/s{i}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{sheets[name]}</sheetData></worksheet>',
            )
    return file


def xml_rows(rows: Sequence[Sequence[str | int | float | tuple[float, int]]]) -> str:
    """Sheet rows: text, numbers, or (serial number, style) for dates; empty text is no cell."""
    return "".join(
        f'<row r="{number}">'
        + "".join(_xml_cell(f"{chr(65 + i)}{number}", cell) for i, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def _xml_cell(place: str, cell: str | int | float | tuple[float, int]) -> str:
    if cell == "":
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    if isinstance(cell, tuple):
        return f'<c r="{place}" s="{cell[1]}"><v>{cell[0]}</v></c>'
    return f'<c r="{place}"><v>{cell!r}</v></c>'

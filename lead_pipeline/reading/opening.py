"""Opens any lead file: recognises by content what it is, and hands it to the reader of its kind.

Only the choice is made here.
"""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.containers import unpack
from lead_pipeline.reading.contents import Content, recognise
from lead_pipeline.reading.delimited import DelimitedFile
from lead_pipeline.reading.encodings import detect_encoding
from lead_pipeline.reading.ndjson import NdjsonFile
from lead_pipeline.reading.sheets import (
    OpenedSheet,
    SheetsFile,
    not_imported,
    sheets_of_people,
)
from lead_pipeline.reading.table import Layout, OpenedFile, ReadOptions
from lead_pipeline.reading.tally import Tally
from lead_pipeline.reading.text_source import TextSource
from lead_pipeline.reading.workbooks import extract_sheets

_FIND_OUT = ReadOptions()


def open_lead_file(
    path: Path,
    name: str,  # noqa: ARG001 - part of the interface; the content decides, so far always
    options: ReadOptions = _FIND_OUT,
) -> OpenedFile:
    """Opens a file that somebody sent, whatever it is. Close it after use.

    Args:
        path: a local file that does not change while it is read.
        name: what the file was called; only a hint, the content decides.
        options: what is known about the file and need not be guessed.

    Raises:
        BadFile: the file cannot be imported; code and reason say why and what to do.
    """
    with ExitStack() as resources:
        content, container = recognise(path), None
        if content in ("gz", "zip"):
            container = content
            path = unpack(path, content, options, resources)
            content = recognise(path)
            if content in ("gz", "zip"):
                raise BadFile("archive", "The file is packed twice. Send it packed once.")
        opened = _open(path, content, container, options, kept := ExitStack())
        kept.push(resources.pop_all())
    return opened


def _open(
    path: Path, content: Content, container: str | None, options: ReadOptions, resources: ExitStack
) -> OpenedFile:
    tally = Tally()
    if content in ("text", "ndjson"):
        encoding, mark = detect_encoding(path, options.encoding)
        source = TextSource(path, encoding, mark, tally)
        if content == "ndjson":
            layout = Layout("ndjson", (), 0, encoding, container=container)
            return NdjsonFile(source, tally, layout, resources)
        layout = Layout("delimited", (), 0, encoding, container=container)
        return DelimitedFile(source, tally, layout, options, resources)
    return _open_workbook(path, content, container, options, resources)


def _open_workbook(
    path: Path, content: Content, container: str | None, options: ReadOptions, resources: ExitStack
) -> OpenedFile:
    """The sheet that was stated, or all that list people.

    Raises:
        BadFile: none can be read; the reason is that of the first.
    """
    book = extract_sheets(path, content, options, resources)
    plain = replace(options, delimiter=",", quote='"')
    opened: list[OpenedSheet] = []
    bad: list[BadFile] = []
    for sheet in book.sheets:
        layout = Layout(
            content, (), 0, sheet=sheet.name, container=container, problems=sheet.problems
        )
        source = TextSource(sheet.path, "utf-8", 0, sheet.tally)
        try:
            file = DelimitedFile(source, sheet.tally, layout, plain, resources)
        except BadFile as error:
            bad.append(error)
        else:
            opened.append(OpenedSheet(sheet.name, file))
    if not opened:
        raise bad[0]
    chosen = sheets_of_people(opened, options.one_sheet)
    read = [sheet.name for sheet in chosen]
    others = [name for name in (*(s.name for s in book.sheets), *book.others) if name not in read]
    problems = not_imported(others)
    if len(chosen) > 1:
        return SheetsFile(chosen, problems, resources)
    (only,) = chosen
    only.file.layout = replace(only.file.layout, problems=(*problems, *only.file.layout.problems))
    return only.file

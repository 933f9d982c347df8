"""Recognises what a file is by its bytes; its name does not count, suppliers rename files.

Files that cannot be imported are refused here with what to do instead; nothing is parsed.
"""

import mmap
import re
import zipfile
from pathlib import Path
from typing import Literal

from lead_pipeline.errors import BadFile, raise_if_of_machine

Content = Literal["text", "xlsx", "xlsb", "xls", "ods", "gz", "zip", "ndjson"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = 4096
_ARCHIVES = (b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_BINARIES = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"PAR1", "a Parquet file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a SQLite database"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|script|style|div)\b", re.I)
_XML = re.compile(rb"<\?xml\b|<workbook\b", re.I)
_JSON_OBJECT = re.compile(rb'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})')


def recognise(path: Path) -> Content:
    """What the bytes at `path` are.

    Raises:
        BadFile: `empty`, `html`, `xml`, `json`, `archive`, `encrypted`, `unreadable` or `binary`.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise BadFile("empty", "The file has no bytes. Export it again and check that it has rows.")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_content(path)
    if start.startswith(b"\x1f\x8b"):
        return "gz"
    if start.startswith(_OLE):
        return _ole_content(path)
    _refuse_binaries(start)
    return _text_content(start)


def _refuse_binaries(start: bytes) -> None:
    if start.startswith(_ARCHIVES) or start[257:262] == b"ustar":
        raise BadFile(
            "archive", "The file is an archive of a kind that is not opened. Send zip, gz or plain."
        )
    for magic, what in _BINARIES:
        if start.startswith(magic):
            raise BadFile("binary", f"The file is {what}, not a list. Export it as CSV or Excel.")


def _text_content(start: bytes) -> Content:
    text = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip()
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = text[2:].lstrip()
    if _HTML.match(text) or (_XML.match(text) and _HTML.search(text)):
        raise BadFile(
            "html",
            "The file is a web page, whatever its name says: perhaps a login or error page, or a "
            "table saved as HTML. Download the list again, or open it in Excel and save it as CSV.",
        )
    if _XML.match(text):
        raise BadFile("xml", "The file is XML. Open it in Excel and save it as .xlsx or CSV.")
    if text.startswith(b"[") and _JSON_OBJECT.match(text[1:].lstrip()):
        raise BadFile("json", "The file is one JSON array. Send one JSON object a line (ndjson).")
    return "ndjson" if _JSON_OBJECT.match(text) else "text"


def _ole_content(path: Path) -> Content:
    """Old Excel files and encrypted new ones share a container; its directory names the streams."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise BadFile("encrypted", "The workbook has a password. Save it without one.")
        if any(content.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook", "Book")):
            return "xls"
    raise BadFile("binary", "The file is an Office document without cells. Send CSV or Excel.")


def _zip_content(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names or "xl/_rels/workbook.xml.rels" in names:
                return "xlsb" if "xl/workbook.bin" in names else "xlsx"
            if "xl/workbook.bin" in names:
                return "xlsb"
            if "content.xml" in names and "mimetype" in names:
                kind = archive.open("mimetype").read(200)
                if b"spreadsheet" in kind:
                    return "ods"
            if "[Content_Types].xml" in names or "mimetype" in names:
                raise BadFile("binary", "The file is a document without cells. Send CSV or Excel.")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise_if_of_machine(error)
        raise BadFile(
            "unreadable", "The file is a damaged zip or workbook. Export or download it again."
        ) from error
    return "zip"

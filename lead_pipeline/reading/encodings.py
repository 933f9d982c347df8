"""Which encoding a text file has: byte order marks, UTF-8 by proof, the rest by likelihood.

Decoding itself, with its repairs, is text_source.py.
"""

import codecs
import re
from pathlib import Path

import chardet
from chardet import EncodingEra

from lead_pipeline.errors import BadFile, OperatorError

_CHUNK = 8 * 1024**2
_EVIDENCE = 64 * 1024
# The UTF-32 marks begin with those of UTF-16, so they come first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What is called so holds more than that as a rule (WHATWG encoding standard, section 4.2).
_SUPERSETS = {
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
# Fewer bytes beyond ASCII are no statistics; where two make a letter, it takes more to tell.
_FEW = 4
_FEW_PAIRED = 8
# chardet's confidence is lower for single damaged bytes, and three times that for most real text.
_SURE_PAIRED = 0.02
# What files are still written in; code pages of DOS and of mainframes only win by accident.
_OF_TODAY = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_ISO
_PAIRED = ("cp932", "shift", "euc", "gb", "hz", "big5", "cp949", "johab")
_WESTERN_LETTERS = "àâäáãåæçèéêëìíîïñòóôöõøùúûüÿœß"
# Characters beyond ASCII where Western text has them; a wrong encoding puts them elsewhere.
_WESTERN = re.compile(
    # lower-case letters, never three in a row; capitals that begin a word or stand among capitals
    rf"(?<![{_WESTERN_LETTERS}])[{_WESTERN_LETTERS}]{{1,2}}(?![A-Z{_WESTERN_LETTERS}])|"
    r"(?<![^\W\d_])[À-ÖØ-ÜŒ](?=[a-z.\s])|(?<=[A-Z])[À-ÖØ-ÜŒ](?![a-z])|[À-ÖØ-ÜŒ](?=[A-Z]{2})|"
    # quotes around words, apostrophes as in it’s and O’Neil, dashes between words or numbers
    r"[“‘„«](?=\w|\s)|(?<=[\w.,!?\s])[”»…]|"
    r"(?<=\w)’(?=(?:s|t|d|m|re|ve|ll)\b)|(?<=\b[ODLdl])’(?=\w)|(?<=s)’(?=\s)|"
    r"(?<=\s)[–—](?=\s)|(?<=\d)[–—](?=\d)|"
    r"[€£](?=\s?\d)|(?<=\d)\s?[€£°]|[©®™º°ª·•\xa0]|[¿¡](?=\w)"
)


def detect_encoding(path: Path, stated: str | None = None) -> tuple[str, int]:
    """The encoding as a Python codec name, and the length of the byte order mark.

    The whole file is read, for only that proves UTF-8; a file with single damaged bytes among valid
    UTF-8 still counts as UTF-8.

    Raises:
        BadFile: `binary` if the bytes are no text.
    """
    with path.open("rb") as file:
        start = file.read(_EVIDENCE).rstrip(b"\0")  # a copy may be filled up to a whole block
        if stated is not None:
            return _stated_encoding(stated, start)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding, len(mark)
        if wide := _wide_encoding(start):
            return wide, 0
        if _looks_binary(start):
            raise BadFile(
                "binary",
                "The file is not text but some binary format. "
                "Send it as CSV, Excel (.xlsx, .xls), OpenDocument (.ods) or ndjson.",
            )
        file.seek(0)
        evidence, damaged, valid = b"", 0, 0
        while chunk := file.read(_CHUNK):
            chunk += file.readline(_CHUNK)
            if chunk.isascii():
                continue
            bad, good = _utf8_damage(chunk)
            damaged += bad
            valid += good
            if bad and len(evidence) < _EVIDENCE:
                evidence += _foreign_lines(chunk)
            if damaged > valid and len(evidence) >= _EVIDENCE:
                break
    # Legacy text is valid UTF-8 only by chance, at most in one place of five.
    if damaged <= valid:
        return ("utf-8" if not _is_stateful(start) else "iso2022_jp"), 0
    return _likely_encoding(evidence[:_EVIDENCE]), 0


def _stated_encoding(stated: str, start: bytes) -> tuple[str, int]:
    try:
        name = codecs.lookup(stated).name
    except LookupError as error:
        raise OperatorError(
            f"There is no encoding {stated!r}; utf-8 or cp1252 are usual."
        ) from error
    for mark, encoding in _MARKS:
        if start.startswith(mark) and encoding.startswith(name.removesuffix("-sig")):
            return encoding, len(mark)
    if name in ("utf-16", "utf-32"):  # without a mark these do not say which byte comes first
        return _wide_encoding(start) or f"{name}-le", 0
    return name.removesuffix("-sig"), 0


def _is_stateful(start: bytes) -> bool:
    """ISO-2022-JP is plain ASCII with escape sequences (RFC 1468)."""
    return b"\x1b$B" in start or b"\x1b$@" in start


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the zero bytes of ASCII text fall on fixed places."""
    zeros = [start[i::4].count(0) * 4 / max(len(start), 4) for i in range(4)]
    if len(start) < 4 or sum(zeros) < 0.8:
        return None
    if min(zeros[1:]) > 0.8 > zeros[0]:
        return "utf-32-le"
    if min(zeros[:3]) > 0.8 > zeros[3]:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.4 > max(zeros[0], zeros[2]):
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.4 > max(zeros[1], zeros[3]):
        return "utf-16-be"
    return None


def _looks_binary(start: bytes) -> bool:
    """Control characters that no text holds; single NULs are forgiven, they come from padding."""
    odd = sum(
        start.count(code)
        for code in range(1, 32)
        if code not in b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f\x01"
    )
    return odd * 50 > len(start) or start.count(0) * 3 > len(start)


def _utf8_damage(chunk: bytes) -> tuple[int, int]:
    """How many bytes are not UTF-8, and how many follow a lead byte as UTF-8 wants it."""
    try:
        return 0, len(chunk) - len(chunk.decode())
    except UnicodeDecodeError:
        text = chunk.decode("utf-8", "surrogateescape")
    return len(re.findall("[\udc80-\udcff]", text)), len(chunk) - len(text)


def _foreign_lines(chunk: bytes) -> bytes:
    """The lines that tell encodings apart: those beyond ASCII."""
    lines = [line for line in chunk.splitlines(keepends=True) if not line.isascii()]
    return b"".join(lines)[:_EVIDENCE]


def _likely_encoding(evidence: bytes) -> str:
    """Western encodings by where their letters stand, all but kana by chardet's statistics."""
    for western in ("cp1252", "mac_roman"):
        text = evidence.decode(western, "replace")
        beyond = sum(char > "\x7f" for char in text)
        plausible = sum(len(found.group().strip()) for found in _WESTERN.finditer(text))
        if plausible * 10 >= beyond * 9:
            return western
    if _is_kana(evidence):
        return "cp932"
    beyond_ascii = sum(code > 0x7F for code in evidence)
    if beyond_ascii < _FEW:
        return "cp1252"
    found = chardet.detect(evidence.replace(b"\0", b""), encoding_era=_OF_TODAY)
    guess = found["encoding"]
    if not guess or not _keeps_ascii(guess):
        return "cp1252"
    name = codecs.lookup(guess).name
    doubtful = beyond_ascii < _FEW_PAIRED or found["confidence"] < _SURE_PAIRED
    if name.startswith(_PAIRED) and doubtful:
        return "cp1252"
    return _SUPERSETS.get(name, name)


def _is_kana(evidence: bytes) -> bool:
    """Mostly Japanese syllables in Shift-JIS: every other byte of them is ASCII, which misleads."""
    try:
        text = evidence.decode("cp932")
    except UnicodeDecodeError:
        return False
    syllables = sum("\u3041" <= char <= "\u30fe" for char in text)
    return syllables * 2 > sum(char > "\x7f" for char in text)


def _keeps_ascii(encoding: str) -> bool:
    """Not so: UTF-16 and the EBCDIC family, which other tests would have shown."""
    sign = "a,Z;0\n"
    return codecs.lookup(encoding).name != "ascii" and sign.encode(encoding) == sign.encode()

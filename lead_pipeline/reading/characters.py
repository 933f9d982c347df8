"""Characters that a program put in the place of others: C1 controls, and curly quotes around cells.

Bytes of UTF-8 go in and come out; text that was encoded twice is text_source.py's part.
"""

import re

from lead_pipeline.reading.tally import Tally

# U+0080 to U+009F: what Windows-1252 has there becomes these where it is taken for Latin-1.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_OPEN, _CLOSE = rb"(?:\xe2\x80[\x9c-\x9e])", rb"(?:\xe2\x80[\x9c\x9d])"  # U+201C to U+201E
# A cell of one line that curly quotes stand around, in a line without straight ones.
_CURLY = re.compile(
    rb"(^|[,;\t|])[ ]*" + _OPEN + rb"((?:(?!" + _OPEN + rb")[^\r\n])*?)" + _CLOSE
    + rb"[ ]*(?=[,;\t|\r\n]|$)",
    re.MULTILINE,
)  # fmt: skip
_LINE = re.compile(rb"[^\r\n]+")


def as_windows_1252(text: bytes, tally: Tally) -> bytes:
    """C1 controls as the characters of Windows-1252 that they stand for, as browsers do (WHATWG
    encoding standard, table of windows-1252); the five that it does not have stay."""
    if b"\xc2" not in text:
        return text
    mended, times = _C1.subn(_character, text)
    if mended != text:
        tally.note("control_characters", times=times)
    return mended


def with_straight_quotes(text: bytes, tally: Tally) -> bytes:
    """Curly quotes around whole cells as the quotes that they were meant to be."""
    if b"\xe2" not in text or (b"\xe2\x80\x9c" not in text and b"\xe2\x80\x9d" not in text):
        return text
    times = 0

    def straight(line: re.Match[bytes]) -> bytes:
        nonlocal times
        if b'"' in line[0] or b"\xe2\x80" not in line[0]:
            return line[0]
        mended, found = _CURLY.subn(rb'\1"\2"', line[0])
        times += found
        return mended

    mended = _LINE.sub(straight, text)
    if times:
        tally.note("curly_quotes", times=times)
    return mended


def _character(found: re.Match[bytes]) -> bytes:
    try:
        return found[0][1:].decode("cp1252").encode()
    except UnicodeDecodeError:
        return found[0]

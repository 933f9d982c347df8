"""The bytes of a text file -> blocks of UTF-8, free of NULs and of text encoded twice.

Which encoding a file has is found out in encodings.py; what the text means is for the readers.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.characters import as_windows_1252, with_straight_quotes
from lead_pipeline.reading.tally import Tally

BLOCK_BYTES = 8 * 1024**2
_LONGEST_LINE = 64 * 1024**2
_WIDE = ("utf-16", "utf-32")
# The UTF-8 bytes of a lead byte (Â to ô) and of what follows it, all taken for Windows-1252.
_TWICE = re.compile(
    rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|"
    rb"\xcb[\x86\x9c]|\xe2[\x80-\x84][\x80-\xbf])+"
)


class TextSource:
    """One text file in a known encoding, readable more than once.

    Args:
        path: the file.
        encoding: a Python codec name; `utf-8` may still meet single bytes that are not.
        skip: length of the byte order mark.
        tally: where repairs are noted.
    """

    def __init__(self, path: Path, encoding: str, skip: int, tally: Tally) -> None:
        self._path = path
        self._encoding = encoding
        self._skip = skip
        self._tally = tally

    def sample(self, size: int) -> tuple[bytes, bool]:
        """The beginning of the text, cut after a whole line, and whether it is all of it."""
        text, final = next(self._blocks(size, Tally()))
        cut = len(text) if final else text.rfind(b"\n") + 1
        return text[: cut or len(text)], final

    def blocks(self) -> Iterator[tuple[bytes, bool]]:
        """Blocks of about 8 MB, each with whether it is the last one."""
        return self._blocks(BLOCK_BYTES, self._tally)

    def _blocks(self, size: int, tally: Tally) -> Iterator[tuple[bytes, bool]]:
        raws = self._wide_blocks(size, tally) if self._is_wide else self._raw_blocks(size)
        for raw, final in raws:
            text = raw if self._is_wide else self._to_utf8(raw, tally)
            if b"\0" in text:
                tally.note("nul_removed", times=text.count(b"\0"))
                text = text.replace(b"\0", b"")
            if not text.isascii():
                text = as_windows_1252(self._decoded_once(text, tally), tally)
                text = with_straight_quotes(text, tally)
            yield text, final

    @property
    def _is_wide(self) -> bool:
        return self._encoding.startswith(_WIDE)

    def _raw_blocks(self, size: int) -> Iterator[tuple[bytes, bool]]:
        """Bytes cut after a line break, which no encoding but the wide ones uses otherwise."""
        ready = rest = b""
        with self._path.open("rb") as file:
            file.seek(self._skip)
            while read := file.read(size):
                if ready:
                    yield ready, False
                block = rest + read
                cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
                ready, rest = block[:cut], block[cut:]
                if len(rest) > _LONGEST_LINE:
                    raise BadFile(
                        "line_too_long",
                        f"The file has a line of more than {_LONGEST_LINE // 1024**2} MB: "
                        "it is no list of rows. Export it again as CSV.",
                    )
        yield ready + rest, True

    def _wide_blocks(self, size: int, tally: Tally) -> Iterator[tuple[bytes, bool]]:
        decoder = codecs.getincrementaldecoder(self._encoding)(errors="replace")
        ready = b""
        with self._path.open("rb") as file:
            file.seek(self._skip)
            while read := file.read(size):
                if ready:
                    yield ready, False
                ready = self._counted(decoder.decode(read), tally)
        yield ready + self._counted(decoder.decode(b"", final=True), tally), True

    def _counted(self, text: str, tally: Tally) -> bytes:
        if "\ufffd" in text:
            tally.note("damaged_text", times=text.count("\ufffd"))
        return text.encode()

    def _to_utf8(self, raw: bytes, tally: Tally) -> bytes:
        if raw.isascii() and self._encoding not in ("utf-7", "iso2022_jp", "hz"):
            return raw
        try:
            text = raw.decode(self._encoding)
        except UnicodeDecodeError:
            return self._mend(raw, tally).encode()
        return raw if self._encoding == "utf-8" else text.encode()

    def _mend(self, raw: bytes, tally: Tally) -> str:
        """Reads what fits the encoding, and each byte that does not as Windows-1252."""
        parts: list[str] = []
        view = memoryview(raw)
        while view:
            try:
                parts.append(codecs.decode(view, self._encoding))
                break
            except UnicodeDecodeError as error:
                parts.append(codecs.decode(view[: error.start], self._encoding))
                odd = bytes(view[error.start : error.end])
                parts.append("".join(_single_byte(code) for code in odd))
                tally.note("damaged_text", times=len(odd))
                view = view[error.end :]
        return "".join(parts)

    def _decoded_once(self, text: bytes, tally: Tally) -> bytes:
        if self._encoding != "utf-8" or not _TWICE.search(text):
            return text
        repairs = Counter(found.group() for found in _TWICE.finditer(text))
        times = sum(n for found, n in repairs.items() if _once(found) != found)
        if times:
            tally.note("double_encoded", times=times)
        return _TWICE.sub(lambda found: _once(found.group()), text)


def _single_byte(code: int) -> str:
    """Windows-1252 with its five holes filled as Latin-1 fills them (WHATWG encoding standard)."""
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(code)


def _once(twice: bytes) -> bytes:
    """The text whose UTF-8 bytes were taken for Windows-1252; `twice` itself if there is none."""
    raw = bytearray()
    for char in twice.decode():
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return twice
            raw.append(ord(char))
    try:
        raw.decode()
    except UnicodeDecodeError:
        return twice
    return bytes(raw)

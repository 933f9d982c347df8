"""Unpacks gz and zip around a single file, never to more than the caller allows.

Workbooks are zips as well, but those are read by workbooks.py.
"""

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from lead_pipeline.errors import BadFile, raise_if_of_machine
from lead_pipeline.reading.table import ReadOptions

_PIECE = 1024**2
_HOUSEKEEPING = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpack(path: Path, container: str, options: ReadOptions, resources: ExitStack) -> Path:
    """The only file inside `path`, unpacked to a temporary file that `resources` removes.

    Args:
        container: `gz` or `zip`.
        options: how large the unpacked file may be, and where it goes.

    Raises:
        BadFile: `too_large`, `encrypted`, `several_files`, `empty` or `unreadable`.
    """
    max_bytes = options.max_bytes
    folder = Path(tempfile.mkdtemp(prefix="lead-file-", dir=options.scratch))
    resources.callback(shutil.rmtree, folder, ignore_errors=True)
    target = folder / "unpacked"
    try:
        with _open_inside(path, container, max_bytes) as packed, target.open("wb") as unpacked:
            _copy(packed, unpacked, max_bytes)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
        raise_if_of_machine(error)
        raise BadFile(
            "unreadable", f"The {container} file is damaged or cut off. Send it again."
        ) from error
    return target


@contextmanager
def _open_inside(path: Path, container: str, max_bytes: int) -> Iterator[IO[bytes]]:
    if container == "gz":
        with gzip.open(path) as packed:
            yield cast(IO[bytes], packed)
        return
    with zipfile.ZipFile(path) as archive:
        member = _only_member(archive)
        if member.flag_bits & 1:
            raise BadFile("encrypted", "The zip file has a password. Send it without one.")
        if member.file_size > max_bytes:
            raise _too_large(max_bytes)
        with archive.open(member) as packed:
            yield packed


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not any(mark in member.filename for mark in _HOUSEKEEPING)
    ]
    if not members:
        raise BadFile("empty", "The zip file holds no file.")
    if len(members) > 1:
        raise BadFile(
            "several_files", f"The zip file holds {len(members)} files. Send each list by itself."
        )
    return members[0]


def _copy(packed: IO[bytes], unpacked: IO[bytes], max_bytes: int) -> None:
    left = max_bytes
    while piece := packed.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise _too_large(max_bytes)
        unpacked.write(piece)


def _too_large(max_bytes: int) -> BadFile:
    return BadFile(
        "too_large",
        f"Unpacked, the file is larger than {max_bytes / 1024**2:,.0f} MB. Split it into parts.",
    )

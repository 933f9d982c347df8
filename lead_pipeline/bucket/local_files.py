"""Files of a folder as they lie on the disk: whether they changed, and whether anybody writes.

Linux only (leases, see fcntl(2)).
"""

import errno
import fcntl
import os
import signal
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias

from lead_pipeline.bucket.model import CHUNK_BYTES

Signature: TypeAlias = tuple[int, int, int, int, int]


def signature_of(status: os.stat_result) -> Signature:
    """What changes when a file does; the time of status change cannot be set back by a copy."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def open_to_read(path: str | Path) -> BufferedReader:
    """Open for reading; neither follows a link nor waits for the other end of a pipe."""
    return open(
        path,
        "rb",
        opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK),
    )


def chunks(content: BufferedReader) -> Iterator[bytes]:
    return iter(lambda: content.read(CHUNK_BYTES), b"")


def is_being_written(content: BufferedReader) -> bool:
    """Whether anybody has the file open for writing, as far as the file system can tell.

    The kernel refuses a read lease on such a file (fcntl(2), F_SETLEASE). Where it gives no leases
    (a network share, another user's file) the quiet time alone must do.
    """
    try:
        # If someone opens the file for writing at this very moment, the kernel signals us. Its own
        # choice, SIGIO, would end the process; SIGURG is ignored unless handled.
        fcntl.fcntl(content, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(content, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EBUSY)
    fcntl.fcntl(content, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False

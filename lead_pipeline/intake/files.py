"""Which local files a person may drop or look at: one file, or those of a folder.

What the bucket leaves alone (hidden, unfinished, links) is left alone here as well.
"""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from lead_pipeline.bucket.model import fault_of_key, is_left_alone
from lead_pipeline.errors import OperatorError

# Names have 255 bytes at most (NAME_MAX, limits.h), and the hash of the content wants its place, as
# does the mark of what is not written to its end.
_NAME_BYTES = 200


def require_file(path: Path) -> None:
    """
    Raises:
        OperatorError: there is no such file, it is a folder, or it may not be read.
    """
    if path.is_dir():
        raise OperatorError(f"{path}: this is a folder, not a file")
    if not path.is_file():
        raise OperatorError(f"{path}: there is no such file")
    if not os.access(path, os.R_OK):
        raise OperatorError(f"{path}: this file may not be read: its owner can allow it")


def require_name(name: str, what: str = "the name of a file") -> None:
    """Accept the name of one file or one folder that somebody sent, and nothing else.

    Raises:
        OperatorError: it is a path, is left alone in a bucket, is too long, or would garble a list.
    """
    fault = fault_of_key(name)
    if fault is None and "/" in name:
        fault = "it has a slash"
    if fault is None and not name.isprintable() and any(map(_controls, name)):
        fault = "it holds a control character"
    if fault is None and is_left_alone(name):
        fault = "such names are left alone as hidden or unfinished"
    if fault is None and len(name.encode()) > _NAME_BYTES:
        fault = f"it is longer than {_NAME_BYTES} bytes"
    if fault is not None:
        raise OperatorError(f"cannot take {name!r} as {what}: {fault}")


def _controls(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def files_of(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file below `folder` that a bucket would list, with its folders inside (`Acme/2026`).

    Raises:
        OperatorError: there is none.
    """
    found = False
    for path in sorted(folder.rglob("*"), key=str):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not is_left_alone(inside.as_posix()):
            found = True
            yield path, "" if inside.parent == Path() else inside.parent.as_posix()
    if not found:
        raise OperatorError(f"{folder}: there is no file in this folder to drop")

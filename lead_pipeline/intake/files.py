"""Which local files a person may drop or look at: one file, or those of a folder.

What the bucket leaves alone (hidden, unfinished, links) is left alone here as well.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from lead_pipeline.bucket.model import is_left_alone
from lead_pipeline.errors import OperatorError


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

"""Files that were tried and wait for a person to say that they shall count: an hour, then they go.

They lie in LEADS_HOME, readable by the owner alone, each under the SHA-256 of its content.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import uuid4

from lead_pipeline.settings import Settings

_SECONDS = 3600


def keep(settings: Settings, file: BinaryIO) -> str:
    """Keep a file, and return the name by which it is found: its SHA-256 in hex."""
    folder = _folder(settings)
    _forget(folder)
    made = folder / f"{uuid4().hex}.new"
    with made.open("w+b") as kept:
        shutil.copyfileobj(file, kept)
        kept.seek(0)
        digest = file_digest(kept, "sha256").hexdigest()
    made.replace(folder / digest)
    return digest


@contextmanager
def kept(settings: Settings, digest: str, name: str) -> Iterator[Path | None]:
    """A kept file under the name that its person gave it; None if it has gone."""
    path = _folder(settings) / digest
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        named = Path(folder) / name
        try:
            shutil.copyfile(path, named)
        except FileNotFoundError:
            yield None
        else:
            yield named


def forget(settings: Settings, digest: str) -> None:
    (_folder(settings) / digest).unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    folder = settings.home / "tried"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _forget(folder: Path) -> None:
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > _SECONDS:
            path.unlink(missing_ok=True)

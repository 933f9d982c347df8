"""LEADS_HOME and all below it holds personal data: it is for its user alone."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from lead_pipeline.errors import OperatorError

_OTHERS = 0o077


def keep_private() -> None:
    """What this process and those that it starts write from now on, nobody else may read."""
    os.umask(_OTHERS)


def make_home(home: Path, say: Callable[[str], None]) -> None:
    """The folder is there, may be written, and is closed to others, also if it was not before.

    Raises:
        OperatorError: it cannot be.
    """
    with in_use(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home.stat().st_mode & _OTHERS:
            say(f"{home} was open to others: it is closed to them, with all that it holds")
            _close(home)
        with TemporaryFile(dir=home):
            pass


@contextmanager
def in_use(home: Path) -> Iterator[None]:
    """
    Raises:
        OperatorError: something in the home cannot be made.
    """
    try:
        yield
    except OSError as error:
        raise OperatorError(
            f"LEADS_HOME {home} cannot be used ({error.strerror}): "
            "set it to a folder of your own that you may write"
        ) from error


def _close(home: Path) -> None:
    home.chmod(0o700)  # first: from here on nobody passes
    for above, folders, files in os.walk(home):
        for name in (*folders, *files):
            path = Path(above, name)
            if not path.is_symlink() and path.stat().st_mode & _OTHERS:
                path.chmod(path.stat().st_mode & 0o700)

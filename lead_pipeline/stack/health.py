"""How this installation is: what can be reached, what runs, and what to do about what is wrong.

Works when nothing runs. Plain data, for `lead-pipeline doctor`, its JSON and a page.
"""

import os
import platform
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from alembic.script import ScriptDirectory

from lead_pipeline.bucket import open_bucket
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.database.packaged import packaged
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.settings import Settings, default_bucket
from lead_pipeline.stack.heartbeats import ADVICE, FRESH_SECONDS, heartbeats
from lead_pipeline.stack.lock import holder

_LEAST_FREE_BYTES = 2 << 30
_LEAST_POSTGRES = 15
_MOST_SKEW_SECONDS = 5.0
# What stands in the command line of each part of `up`.
_PARTS = {
    "database": "pginstall/bin/postgres",
    "code server": "lead_pipeline.definitions",
    "webserver": "lead_pipeline.web.dagster_ui",
    "daemon": "lead_pipeline.stack.daemon",
    "page": "lead_pipeline.web.serve",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; what to do stands in `advice` if it is not `fine`."""

    name: str
    fine: bool
    told: str
    advice: str | None = None


def examine(settings: Settings) -> dict[str, Any]:
    """`fine`, `findings` (see `Finding`), `versions` and `settings` with passwords masked."""
    versions = {
        "lead-pipeline": version("lead-pipeline"),
        "Python": platform.python_version(),
        "Dagster": version("dagster"),
        "PostgreSQL": None,
    }
    findings = [*_home(settings.home), _disk(settings.home), _bucket(settings), _stack(settings)]
    try:
        with connect(settings.database_url, autocommit=True) as session:
            server = run(session, "stack/select_server").fetchone() or {}
            versions["PostgreSQL"] = server["version"]
            findings.append(_server(server["version"]))
            findings.append(_clock(server["now"]))
            findings.append(_schema(session, has_schema=server["has_schema"]))
        findings.append(_daemons(settings))
    except OutsideTrouble as error:
        own = settings.embedded
        told, advice = (
            ("it does not run", "lead-pipeline up")
            if own
            else (str(error), "mend it, or LEADS_DATABASE_URL")
        )
        findings.append(Finding("database", False, told, advice))
    return {
        "fine": all(one.fine for one in findings),
        "findings": [asdict(one) for one in findings],
        "versions": versions,
        "settings": settings.in_force,
    }


def _home(home: Path) -> Iterator[Finding]:
    if not home.is_dir():
        yield Finding("home", True, f"{home} is not there yet: `lead-pipeline up` makes it")
        return
    mode = stat.S_IMODE(home.stat().st_mode)
    others = "others may read it" if mode & 0o005 else "others may not read it"
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("home", False, f"{home} may not be written", f"chown it to you: {home}")
    elif mode & 0o022:
        yield Finding("home", False, f"{home} may be written by others", f"chmod go-w {home}")
    else:
        yield Finding("home", True, f"{home} ({mode:04o}: {others})")


def _disk(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.is_dir())
    free = psutil.disk_usage(str(place)).free
    told = f"{free / 2**30:,.1f} GB free at {place}"
    return Finding("disk", free >= _LEAST_FREE_BYTES, told, "free some space, or move LEADS_HOME")


def _bucket(settings: Settings) -> Finding:
    own = default_bucket(settings.home)
    if settings.bucket_url == str(own) and not own.is_dir():
        return Finding("bucket", True, f"{own} is not there yet: `lead-pipeline up` makes it")
    try:
        files = len(open_bucket(settings.bucket_url).keys())
    except LeadPipelineError as error:
        return Finding("bucket", False, str(error), "mend it, or set LEADS_BUCKET_URL")
    return Finding("bucket", True, f"{settings.bucket_url} ({files:,} files)")


def _stack(settings: Settings) -> Finding:
    """Which parts of `up` run here; a deployment of its own runs them in its own way."""
    up = holder(settings.home)
    if up is None:
        fine = not settings.embedded
        return Finding("stack", fine, "`lead-pipeline up` does not run here", "lead-pipeline up")
    try:
        family = psutil.Process(up.pid).children(recursive=True)
        lines = [" ".join(process.cmdline()) for process in family]
    except psutil.Error:
        lines = []
    needed = _PARTS if settings.embedded else {k: v for k, v in _PARTS.items() if k != "database"}
    missing = [part for part, mark in needed.items() if not any(mark in line for line in lines)]
    told = f"up is process {up.pid}, {up.url}; "
    if missing:
        logs = settings.home / "logs"
        told += f"not found: {', '.join(missing)}"
        return Finding("stack", False, told, f"look into {logs}, and start it again")
    return Finding("stack", True, told + f"runs {', '.join(needed)}")


def _server(told: str) -> Finding:
    fine = int(told.split(".")[0]) >= _LEAST_POSTGRES
    return Finding("database", fine, f"PostgreSQL {told}", f"upgrade it to {_LEAST_POSTGRES}")


def _clock(now: datetime) -> Finding:
    skew = (now - datetime.now(UTC)).total_seconds()
    told = f"the database's is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} this one"
    return Finding("clock", abs(skew) < _MOST_SKEW_SECONDS, told, "set both by NTP")


def _schema(session: Connection, *, has_schema: bool) -> Finding:
    expected = ScriptDirectory(str(packaged("sql") / "migrations")).get_current_head()
    row = run(session, "stack/select_schema_version").fetchone() if has_schema else None
    found = row["version_num"] if row else "none"
    told = f"tables of release {found}, this program has {expected}"
    newer = row is not None and str(found) > str(expected)
    advice = "install the newer lead-pipeline" if newer else "lead-pipeline up"
    return Finding("schema", found == expected, told, advice)


def _daemons(settings: Settings) -> Finding:
    fresh = [one for one in heartbeats(settings.database_url) if one.seconds_ago < FRESH_SECONDS]
    if not fresh:
        return Finding("daemon", False, "no Dagster daemon works: no file is imported",
                       "lead-pipeline up")  # fmt: skip
    processes = {one.process for one in fresh}
    last = min(one.seconds_ago for one in fresh)
    if len(processes) > 1:
        return Finding("daemon", False, "two Dagster daemons work on this database", ADVICE)
    return Finding("daemon", True, f"Dagster's daemon works, last sign {last:.0f} s ago")

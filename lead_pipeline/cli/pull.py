"""The command that pulls leads from other systems, tests the way there, and tells how it went."""

from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from lead_pipeline.cli.options import as_json, timeout
from lead_pipeline.cli.output import counted, tell
from lead_pipeline.cli.session import FAILED, open_session
from lead_pipeline.cli.terminal import console
from lead_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from lead_pipeline.connectors.inbox import Kept
    from lead_pipeline.connectors.model import Source, Window
    from lead_pipeline.connectors.pull import Pulled
    from lead_pipeline.database import Connection
    from lead_pipeline.intake.drop import Dropped

_MOST = 10_000  # imports that one command works off


class Moment(click.ParamType[datetime]):
    """A day or a moment, in the account's time zone where it says none."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time, such as 2026-11-01 or 2026-11-01T12:00", param, ctx)
        zone = ZoneInfo(load_settings().time_zone)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)


@click.command()
@click.argument("source", required=False)
@click.option("--since", type=Moment(), metavar="TIME", help="Read all from then on again.")
@click.option("--until", type=Moment(), metavar="TIME", help="With --since: only up to then.")
@click.option("--wait", is_flag=True, help="Import it too, starting what is needed for that.")
@click.option("--check", is_flag=True, help="Only test the way there, and say what to do.")
@click.option("--dry-run", is_flag=True, help="Only read and count, and keep nothing.")
@timeout
@as_json
def pull(
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    wait: bool,
    check: bool,
    dry_run: bool,
    timeout: int,
    as_json: bool,
) -> int:
    """Read new leads of SOURCE, such as meta, into the bucket.

    Without SOURCE it tells which sources there are and how each stands.

    What is new since the last pull is read, or with --since what is of that time; what is known by
    its id stays once. From cron or a CI job --wait does all without a running daemon.
    """
    if until is not None and since is None:
        raise click.UsageError("--until goes with --since")
    settings = load_settings()
    if source is None:
        return _list(settings, as_json)
    from lead_pipeline.cli.waiting import wait_and_tell
    from lead_pipeline.connectors.model import Window
    from lead_pipeline.connectors.registry import opened

    opened_source = opened(source, settings.accounts)
    if check:
        return _check(opened_source, as_json)
    window = Window(since, until or datetime.now(since.tzinfo)) if since else None
    if dry_run:
        return _rehearse(settings, opened_source, window, as_json)
    with ExitStack() as stack:
        goes_on = stack.enter_context(_database(settings)) if wait else True
        session = open_session(stack, settings)
        pulled = _pull(settings, opened_source, window, show=not as_json)
        tell(as_json, asdict(pulled), _line(pulled))
        code = FAILED if pulled.status != "done" else 0
        if not wait:
            return code
        objects = _objects(session, pulled)
        if not goes_on:
            _import_here(session)
        return code or wait_and_tell(session, objects, timeout, as_json)


def _list(settings: Settings, as_json: bool) -> int:
    """Every source: how it stands, as the page has it."""
    from lead_pipeline.cli.pulled_view import told
    from lead_pipeline.cli.session import open_session_if_any
    from lead_pipeline.connectors.overview import overview

    with ExitStack() as stack:
        found = overview(open_session_if_any(stack, settings), settings.accounts)
    for one in found:
        tell(as_json, asdict(one), told(one))
    return 0


def _check(source: "Source", as_json: bool) -> int:
    from lead_pipeline.connectors.faults import Fault

    try:
        for line in source.check():
            tell(as_json, {"source": source.name, "fine": True, "told": line}, f"ok  {line}")
    except Fault as fault:
        tell(as_json, {"source": source.name, "fine": False, "told": str(fault)}, f"no  {fault}")
        return FAILED
    return 0


def _rehearse(settings: Settings, source: "Source", window: "Window | None", as_json: bool) -> int:
    from lead_pipeline.connectors.faults import Fault
    from lead_pipeline.connectors.rehearsal import rehearse

    with console(stderr=True, quiet=as_json).status(f"reading {source.title}"):
        try:
            found = rehearse(settings, source, asked=window)
        except Fault as fault:
            tell(as_json, {"source": source.name, "error": str(fault)}, str(fault))
            return FAILED
    facts = {"source": source.name, "read": found.read, **asdict(found)}
    told = f"{counted(found.read, 'record')} would be read"
    tell(as_json, facts, f"{source.name}: {told}, {_counts(found)}; nothing was kept")
    return 0


def _pull(settings: Settings, source: "Source", window: "Window | None", *, show: bool) -> "Pulled":
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.connectors.inbox import Kept
    from lead_pipeline.connectors.model import Part
    from lead_pipeline.connectors.pull import pull
    from lead_pipeline.imports.site import Site

    settings.make_own_bucket()
    site = Site(settings, open_bucket(settings.bucket_url))
    with console(stderr=True, quiet=not show).status(f"reading {source.title}") as status:
        sums = Kept()

        def on_page(part: Part, kept: Kept) -> None:
            nonlocal sums
            sums += kept
            status.update(f"{source.title}, {part.title}: {sums.read:,} read, {sums.new:,} new")

        return pull(site, source, asked=window, on_page=on_page)


def _line(pulled: "Pulled") -> str:
    told = f"{pulled.source}: {pulled.status}, {counted(pulled.read, 'record')} read, "
    lines = [told + _counts(pulled)]
    return "\n".join([*lines, *(f"  {one['part']}: {one['reason']}" for one in pulled.faults)])


def _counts(found: "Pulled | Kept") -> str:
    told = f"{found.new:,} new, {found.known:,} known"
    if found.quarantined:
        told += f", {found.quarantined:,} with a problem"
    if found.tests:
        told += f", {counted(found.tests, 'test')}"
    return told


def _objects(session: "Connection", pulled: "Pulled") -> "list[Dropped]":
    from lead_pipeline.connectors.pull import objects_of
    from lead_pipeline.intake.drop import Dropped

    return [
        Dropped(one["object_key"], one["object_key"], one["version_tag"], one["rows"])
        for one in objects_of(session, pulled.pull_id)
    ]


def _database(settings: Settings) -> "AbstractContextManager[bool]":
    from lead_pipeline.stack.alone import database_running

    return database_running(settings)


def _import_here(session: "Connection") -> None:
    """Import what was brought into the bucket and nobody has imported."""
    from lead_pipeline.definitions import defs
    from lead_pipeline.defs.by_hand import import_here
    from lead_pipeline.ledger import Status, open_imports

    with console(stderr=True).status("importing"):
        waiting = [one for one in open_imports(session, _MOST) if one.status is Status.WAITING]
        import_here(defs().resolve_job_def("import_leads"), waiting)

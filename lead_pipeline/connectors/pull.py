"""A pull: every part of a source page by page into the inbox, and from there into the bucket.

Each page is kept together with the cursor of its part, so that a pull may be killed anywhere: the
next one begins where the last page was kept, and what is read twice is known by its id.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline.connectors import inbox, lists
from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.deliver import deliver
from lead_pipeline.connectors.faults import AccessLost, Fault, Throttled
from lead_pipeline.connectors.inbox import Kept
from lead_pipeline.connectors.model import Json, Page, Part, Record, Source, Window
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site

_log = logging.getLogger(__name__)
OnBegin = Callable[[int], None]
OnPage = Callable[[Part, Kept], None]


class Busy(OperatorError):
    """The source is being pulled at this moment."""


@runtime_checkable
class Named(Protocol):
    """A source whose webhook only names a record, which is fetched then."""

    def lead(self, external_id: str) -> Record:
        """
        Raises:
            Fault: it could not be had (yet).
        """


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of a pull: `status` is done, partial (some parts failed), throttled (the vendor
    asked to come back) or failed; `faults` say which part failed and why; `objects` are the keys of
    the bucket that its records went to."""

    pull_id: int
    source: str
    status: str
    started_at: datetime
    ended_at: datetime
    read: int
    new: int
    known: int
    quarantined: int
    tests: int
    error: str | None
    faults: list[dict[str, str]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)


def pull(
    site: Site,
    source: Source,
    *,
    clock: Clock = SYSTEM,
    asked: Window | None = None,
    on_begin: OnBegin | None = None,
    on_page: OnPage | None = None,
) -> Pulled:
    """Read what is new, or what is in the window asked for, and bring it into the bucket.

    `on_begin` is told the number of the pull as soon as it has the source for itself.
    A vendor's fault is told in the result: what was read before it counts.

    Raises:
        Busy: another pull of this source is at work.
        OutsideTrouble: the database or the bucket does not answer.
    """
    with connect(site.settings.database_url, autocommit=True) as session:
        claim(session, source)
        begun = _Pull(site, session, source, clock, asked, on_page)
        if on_begin is not None:
            on_begin(begun.pull_id)
        done = begun.run()
        deliver(site)
        objects = objects_of(session, done["pull_id"])
    return Pulled(**done, objects=[one["object_key"] for one in objects])


def objects_of(session: Connection, pull_id: int) -> list[dict[str, Any]]:
    """`object_key`, `version_tag` and `rows` of each object that the records of a pull went to."""
    return run(session, "connectors/list_objects_of_pull", {"pull_id": pull_id}).fetchall()


def claim(session: Connection, source: Source) -> None:
    """Have the source for this session alone, until it ends.

    Raises:
        Busy: another session has it.
    """
    try:
        with session.transaction():
            run(session, "connectors/claim_source", None, {"source": sql.Literal(source.name)})
    except psycopg.errors.LockNotAvailable:
        told = f"{source.name} is being pulled at this moment: wait until that is done"
        raise Busy(told) from None


class _Pull:
    """One pull at work."""

    def __init__(
        self,
        site: Site,
        session: Connection,
        source: Source,
        clock: Clock,
        asked: Window | None,
        on_page: OnPage | None,
    ) -> None:
        self._site = site
        self._session = session
        self._source = source
        self._clock = clock
        self._asked = asked
        self._on_page = on_page
        self._faults: list[tuple[str, Fault]] = []
        began = {
            "source": source.name,
            "now": clock.now(),
            "since": asked.since if asked else None,
            "until": asked.until if asked else None,
        }
        (row,) = run(session, "connectors/begin_pull", began)
        self.pull_id: int = row["pull_id"]

    def run(self) -> dict[str, Any]:
        try:
            self._read()
        except Fault as fault:
            self._faults.append((self._source.title, fault))
        except Exception as error:
            self._end("failed", f"{type(error).__name__}: see the log")
            raise
        return self._end(self._status(), str(self._faults[0][1]) if self._faults else None)

    def _read(self) -> None:
        if self._asked is None and isinstance(self._source, Named):
            self._fetch_named(self._source)
        for part in self._source.parts():
            try:
                self._read_part(part)
            except Fault as fault:
                _log.warning("%s, %s: %s", self._source.name, part.title, fault)
                self._faults.append((part.title, fault))
                if isinstance(fault, AccessLost | Throttled):
                    return  # the others would fare no better

    def _read_part(self, part: Part) -> None:
        at = inbox.cursor(self._session, self._source, part)
        for page in self._source.pages(part, at, self._asked):
            self._keep(part, page, self.pull_id)

    def _keep(self, part: Part, page: Page, pull_id: int | None) -> None:
        records, brought = lists.bring(self._site, self._session, self._source, page.records)
        page = replace(page, records=records)
        with self._session.transaction():
            kept = inbox.keep(
                self._session, self._source, part, page, now=self._clock.now(), pull_id=pull_id
            )
            lists.note(self._session, self._source, brought)
            counts = {**asdict(kept), "read": kept.read, "pull_id": self.pull_id}
            run(self._session, "connectors/count_page", counts)
        if self._on_page is not None:
            self._on_page(part, kept)

    def _fetch_named(self, source: Named) -> None:
        named = {"source": self._source.name}
        for notice in run(self._session, "connectors/list_notices", named).fetchall():
            error: str | None = None
            try:
                record = source.lead(notice["external_id"])
            except (AccessLost, Throttled):
                raise
            except Fault as fault:
                error = str(fault)
            else:
                part = Part(_part_of(record.payload), "webhook")
                self._keep(part, Page([record]), None)
            closed = {**named, "external_id": notice["external_id"], "error": error}
            run(self._session, "connectors/close_notice", {**closed, "now": self._clock.now()})

    def _status(self) -> str:
        if not self._faults:
            return "done"
        last = self._faults[-1][1]
        if isinstance(last, Throttled):
            return "throttled"
        whole = last if isinstance(last, AccessLost) else None
        titles = {title for title, _ in self._faults}
        return "failed" if whole or titles == {self._source.title} else "partial"

    def _end(self, status: str, error: str | None) -> dict[str, Any]:
        faults = [
            {"part": title, "kind": type(fault).__name__, "reason": str(fault)}
            for title, fault in self._faults
        ]
        over = {
            "pull_id": self.pull_id,
            "now": self._clock.now(),
            "status": status,
            "error": error,
            "faults": Jsonb(faults),
        }
        (row,) = run(self._session, "connectors/end_pull", over)
        return {name: value for name, value in row.items() if name not in ("since", "until")}


def _part_of(payload: Json) -> str:
    """The form of a record that was fetched by its id."""
    return str(payload.get("form_id", "")) if isinstance(payload, dict) else ""

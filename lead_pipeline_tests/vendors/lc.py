"""A fake of LeadConduit's API: events of the leads of an account, as its documents describe them.

The id of a lead's source event is minted when the lead is sent in, but the event is seen only when
its flow has ended, so smaller ids turn up later. `sort` is `desc` where nothing is said, pages hold
100, and both `after_id` and `before_id` leave out what they name.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from starlette.responses import JSONResponse

from lead_pipeline_tests.vendors.server import Call, VirtualTime

_DEFAULT_LIMIT, _LARGEST_LIMIT = 100, 1_000
_KEPT = timedelta(days=92)
_ACCOUNT = {"id": "5f0000000000000000000001", "name": "Acme"}


@dataclass(slots=True)
class Event:
    """One event of a lead, with what its snapshot holds."""

    event_id: str
    kind: str
    outcome: str
    at: datetime
    visible: datetime
    lead: Mapping[str, Any]
    source: str = "Partner A"
    reason: str = ""


@dataclass(slots=True)
class LeadConduit:
    """The account and its events; a page has `at_most` of them, whatever its limit."""

    time: VirtualTime
    api_key: str = "key-of-a-test"
    at_most: int = _LARGEST_LIMIT
    events: dict[str, Event] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _made: int = 0

    def add_lead(
        self,
        at: datetime | None = None,
        outcome: str = "success",
        takes: float = 1.5,
        source: str = "Partner A",
        **lead: Any,
    ) -> str:
        """A lead sent in at `at`, whose flow takes so many seconds: a filter step, the source event
        (with the smallest id), and a recipient's. Its id."""
        at = at or self.time.now()
        lead_id = self._id(at)
        snapshot = {"id": lead_id, **lead}
        visible = at + timedelta(seconds=takes)
        reason = "" if outcome == "success" else "no buyer"
        self._add(Event(lead_id, "source", outcome, at, visible, snapshot, source, reason))
        for kind in ("filter", "recipient"):
            self._add(Event(self._id(at), kind, outcome, at, at, snapshot, source))
        return lead_id

    def _add(self, event: Event) -> None:
        self.events[event.event_id] = event
        insort(self._order, event.event_id)

    @property
    def leads(self) -> dict[str, Event]:
        """The source event of each lead."""
        return {name: event for name, event in self.events.items() if event.kind == "source"}

    def answer(self, call: Call) -> JSONResponse:
        query = call.params
        if not self._is_known(call.headers.get("authorization", "")):
            return JSONResponse({"error": "authentication failed"}, 401)
        match call.path.strip("/"):
            case "events":
                return self._events(query)
            case "events/stats":
                return self._stats(query)
            case "search/leads":
                return self._search(query)
        return JSONResponse({"error": "not found"}, 404)

    def _events(self, query: Mapping[str, str]) -> JSONResponse:
        limit = int(query.get("limit", _DEFAULT_LIMIT))
        if not 0 < limit <= _LARGEST_LIMIT:
            return JSONResponse({"error": "limit must be between 1 and 1000"}, 400)
        if "include" in query and "exclude" in query:
            return JSONResponse({"error": "include and exclude cannot be combined"}, 400)
        after, before = query.get("after_id", "0" * 24), query.get("before_id", "g")
        ids = self._order[bisect_right(self._order, after) : bisect_left(self._order, before)]
        if query.get("sort", "desc") == "desc":
            ids.reverse()
        found = islice(self._seen(ids, query), min(limit, self.at_most))
        return JSONResponse([_document(event) for event in found])

    def _stats(self, query: Mapping[str, str]) -> JSONResponse:
        kind = query.get("type")
        counted = Counter(
            e.outcome for e in self._seen(self._order, query) if kind in (None, e.kind)
        )
        return JSONResponse([{"outcome": outcome, "total": n} for outcome, n in counted.items()])

    def _search(self, query: Mapping[str, str]) -> JSONResponse:
        words = query.get("query", "").lower().split()
        start, limit = int(query.get("from", 0)), min(int(query.get("limit", 100)), 100)
        hits = [
            {
                "lead_id": event.event_id,
                "submission_timestamp": event.at.astimezone(UTC).isoformat(),
                "latest_event": _document(event),
            }
            for event in self._seen(self._order, {})
            if event.kind == "source" and all(word in str(event.lead).lower() for word in words)
        ]
        return JSONResponse({"total": len(hits), "hits": hits[:1_000][start : start + limit]})

    def _seen(self, ids: Sequence[str], query: Mapping[str, str]) -> Iterator[Event]:
        """Those of these events that are seen by now, between `start` and `end`."""
        since = datetime.fromisoformat(query.get("start", "1970-01-01T00:00:00Z"))
        until = datetime.fromisoformat(query.get("end", "2999-01-01T00:00:00Z"))
        now = self.time.now()
        for event in map(self.events.__getitem__, ids):
            if event.visible <= now and now - event.at <= _KEPT and since <= event.at <= until:
                yield event

    def _is_known(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        try:
            _, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme == "Basic" and password == self.api_key

    def _id(self, at: datetime) -> str:
        """A BSON ObjectId: seconds, five bytes of the process, and a counter."""
        self._made += 1
        return f"{int(at.timestamp()):08x}5c0ffee123{self._made:06x}"


def _document(event: Event) -> dict[str, Any]:
    ended = max(event.visible, event.at)
    taken = int((ended - event.at).total_seconds() * 1_000)
    started = int(event.at.timestamp() * 1_000)
    return {
        "id": event.event_id,
        "type": event.kind,
        "outcome": event.outcome,
        "reason": event.reason,
        "version": "3.0.1",
        "start_timestamp": started,
        "end_timestamp": started + taken,
        "ms": taken,
        "lag_ms": 3,
        "vars": {
            "account": _ACCOUNT,
            "flow": {"id": "6a00000000000000000000f1", "name": "Autumn flow"},
            "source": {"id": "6a00000000000000000000f2", "name": event.source},
            "submission": {
                "ip": "192.0.2.10",
                "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            },
            "lead": dict(event.lead),
        },
        "expires_at": (event.at + _KEPT).astimezone(UTC).isoformat(),
    }

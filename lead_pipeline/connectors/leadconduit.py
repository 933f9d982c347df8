"""LeadConduit: the events of an account, of which the source events are its leads.

The account is one part. An event is recorded when its flow has ended, under the id that was minted
when the lead was sent in: smaller ids turn up later. So a pull begins two hours before the newest
event, and once a day two days before it. Pages come in the order of ids, each with its cursor.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx2

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.faults import AccessLost, Fault
from lead_pipeline.connectors.http import Api, by_status
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.connectors.standing import Standing, moment
from lead_pipeline.settings.accounts import LeadConduitAccount

_OVERLAP, _LONG_OVERLAP = timedelta(hours=2), timedelta(hours=48)
_FIRST = timedelta(days=1)
_LIMIT = 1_000
_RICH = ("value", "normal", "raw")  # a value with what LeadConduit found out about it


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that a search found."""

    lead_id: str
    submitted_at: datetime
    event: Json


class LeadConduitLeads:
    """Implements `Source`."""

    name = "leadconduit"
    title = "LeadConduit leads"
    profile = "leadconduit"
    import_source = "events"

    def __init__(self, account: LeadConduitAccount, clock: Clock = SYSTEM) -> None:
        self._clock = clock
        proof = base64.b64encode(f"API:{account.api_key}".encode()).decode()
        self._api = Api(
            account.base_url,
            _classify,
            clock=clock,
            authorize=lambda: {"Authorization": f"Basic {proof}"},
            secrets=[account.api_key, proof],
        )

    def parts(self) -> Iterator[Part]:
        yield Part("account", "Account")

    def pages(self, _part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        if asked is not None:
            for events in self._events(asked.since, asked.until):
                yield Page(_records(events))
            return
        stood = Standing.of(cursor)
        if stood is None:
            stood = Standing.begun(self._clock, self._clock.now() - _FIRST + _OVERLAP)
            yield Page((), stood.json)
        is_long = stood.is_due(self._clock)
        reached, is_whole = stood.reached, True
        for events in self._events(stood.reached - (_LONG_OVERLAP if is_long else _OVERLAP)):
            records = _records(events)
            is_whole = is_whole and all(record.lead for record in records)
            reached = max(reached, _minted(events[-1]["id"]))
            if is_whole:
                stood = replace(stood, reached=reached)
            yield Page(records, stood.json)
        moved = stood.moved(reached, self._clock, is_whole=is_whole, is_long=is_long)
        yield Page((), moved.json)

    def search(self, query: str, limit: int = 20) -> list[Found]:
        """The leads that best answer a full-text query, at most 100: to look one up, never to sync.

        Raises:
            Fault: LeadConduit did not answer.
        """
        asked = {"query": query, "limit": str(limit)}
        return self._api.get("/search/leads", asked, read=_found).content

    def stats(self, span: Window) -> Mapping[str, int]:
        """How many leads LeadConduit counts in a window, by outcome: what ours should agree with.

        Raises:
            Fault: LeadConduit did not answer.
        """
        asked = {"type": "source", "start": span.since.isoformat(), "end": span.until.isoformat()}
        return self._api.get("/events/stats", asked, read=_counted).content

    def check(self) -> Iterator[str]:
        asked = {"limit": "1", "sort": "desc"}
        events = self._api.get("/events", asked, read=_event_page).content
        newest = f", the newest of {_minted(events[0]['id']):%Y-%m-%d %H:%M} UTC" if events else ""
        yield f"the key opens the events of the account{newest}"

    def _events(self, since: datetime, until: datetime | None = None) -> Iterator[list[Json]]:
        """Pages of events in the order of their ids, from those of `since` on to an empty page."""
        after = f"{int(since.timestamp()) - 1:08x}" + "f" * 16
        while True:
            asked = {"sort": "asc", "limit": str(_LIMIT), "after_id": after}
            events = self._api.get("/events", asked, read=_event_page).content
            wanted = [one for one in events if until is None or _minted(one["id"]) <= until]
            if wanted:
                yield wanted
            if len(wanted) < len(events) or not events:
                return
            after = events[-1]["id"]


def _classify(response: httpx2.Response) -> Fault | None:
    fault = by_status(response)
    if isinstance(fault, AccessLost):
        return AccessLost(
            "LEADCONDUIT_API_KEY is refused: copy the key of a user again, and see that the account"
            f" is not a free one, which may not read leads. LeadConduit says: {fault}"
        )
    return fault


def _event_page(said: Json) -> list[Json]:
    if not isinstance(said, list):
        raise TypeError("no list of events")
    for event in said:
        _minted(event["id"]), event["type"]
    return said


def _found(said: Json) -> list[Found]:
    return [
        Found(hit["lead_id"], moment(hit["submission_timestamp"]), hit.get("latest_event"))
        for hit in said["hits"]
    ]


def _counted(said: Json) -> Mapping[str, int]:
    return {one["outcome"]: int(one["total"]) for one in said}


def _minted(event_id: str) -> datetime:
    """The time in an id: its first eight digits are seconds, as in every ObjectId."""
    if len(event_id) != 24:
        raise ValueError("no ObjectId")
    return datetime.fromtimestamp(int(event_id[:8], 16), UTC)


def _records(events: list[Json]) -> list[Record]:
    """The leads among events: each makes many, but only one of the type `source`."""
    return [_record(event) for event in events if event["type"] == "source"]


def _record(event: Json) -> Record:
    lead, problem = None, None
    try:
        lead = _lead(event)
    except (LookupError, TypeError, AttributeError):
        problem = "vars cannot be read"
    if event.get("outcome") != "success":
        reason = f": {event['reason']}" if event.get("reason") else ""
        problem = f"LeadConduit rejected it ({event.get('outcome')}){reason}"
    return Record(event["id"], event, _minted(event["id"]), lead, problem)


def _lead(event: Json) -> Json:
    """The lead within an event, by the names that LeadConduit's exports use."""
    variables = event["vars"]
    flow, source = variables.get("flow", {}), variables.get("source", {})
    submission = variables.get("submission", {})
    said = {name: _plain(value) for name, value in variables["lead"].items()}
    said.pop("id", None)
    about = {
        "lead_id": event["id"],
        "flow_id": flow.get("id"),
        "flow_name": flow.get("name"),
        "source_id": source.get("id"),
        "source_name": source.get("name"),
        "submission_timestamp": submission.get("timestamp") or _minted(event["id"]).isoformat(),
        "ip_address": submission.get("ip"),
    }
    return {**said, **{name: value for name, value in about.items() if value is not None}}


def _plain(value: Json) -> Json:
    """The value itself, where it comes with what was found out about it."""
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in _RICH if value.get(name) is not None), value)

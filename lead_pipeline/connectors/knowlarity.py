"""Knowlarity's call log.

The log is one part. A call appears when it ends but is filed under its start, so windows overlap by
the longest call, and once a day by two days. Pages count from the start of a list that may move: a
window is read again until the log told the same number of calls from its first page to its last,
and gave as many, or the same twice. Only then the cursor moves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.faults import AccessLost, Fault, Forbidden, Malformed, Transient
from lead_pipeline.connectors.http import Api, by_status
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.connectors.standing import Standing
from lead_pipeline.connectors.windows import window
from lead_pipeline.settings.accounts import KnowlarityAccount

_OVERLAP, _LONG_OVERLAP = timedelta(hours=4), timedelta(hours=48)
_FIRST = timedelta(days=1)
_SETTLE = timedelta(minutes=5)
_LIMIT = 500
_READS = 4  # times that a window is read, where the log moves meanwhile
_OUTBOUND = re.compile(r"outbound|outgoing|click ?to ?call", re.IGNORECASE)
_NO_NAME = re.compile(r"knowlarity lead\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Calls:
    """One page: its calls, and how many the whole window has where the log says so."""

    calls: list[Json]
    total: int | None


class KnowlarityCalls:
    """Implements `Source`."""

    name = "knowlarity"
    title = "Knowlarity calls"
    profile = "call_log"
    import_source = "api"

    def __init__(self, account: KnowlarityAccount, clock: Clock = SYSTEM) -> None:
        self._zone = ZoneInfo(account.time_zone)
        self._campaigns = {_subscriber(number): said for number, said in account.numbers.items()}
        self._path = f"/{account.channel}/v1/account/calllog"
        self._clock = clock
        headers = {
            "x-api-key": account.api_key,
            "authorization": account.sr_key,
            "channel": account.channel,
            "content-type": "application/json",
        }
        self._api = Api(
            account.base_url,
            _classify,
            clock=clock,
            authorize=lambda: headers,
            secrets=[account.api_key, account.sr_key],
        )

    def parts(self) -> Iterator[Part]:
        yield Part("calls", "Call log")

    def pages(self, _part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        if asked is not None:
            yield from self._settled(asked)
            return
        stood = Standing.of(cursor)
        if stood is None:
            stood = Standing.begun(self._clock, self._clock.now() - _FIRST + _OVERLAP)
            yield Page((), stood.json)
        is_long = stood.is_due(self._clock)
        overlap = _LONG_OVERLAP if is_long else _OVERLAP
        span = window(stood.reached, self._clock, overlap=overlap, first=_FIRST, settle=_SETTLE)
        reached, is_whole = stood.reached, True
        for page in self._settled(span):
            reached = max([reached, *page.times])
            is_whole = is_whole and all(record.occurred_at for record in page.records)
            yield page
        moved = stood.moved(reached, self._clock, is_whole=is_whole, is_long=is_long)
        yield Page((), moved.json)

    def record(self, call: Json) -> Record:
        """A call as it is kept, whether the log or a push told of it."""
        number = _subscriber(str(call.get("knowlarity_number", "")))
        campaign = self._campaigns.get(number)
        try:
            started = self._moment(call["start_time"])
        except (KeyError, TypeError, ValueError):
            started = None
        lead = {name: said for name, said in call.items() if not _is_placeholder(said)}
        if started:
            lead["start_time"] = started.isoformat()
        if campaign:
            lead["campaign_name"] = campaign
        return Record(
            external_id=str(call["uuid"]),
            payload=call,
            occurred_at=started,
            lead=lead,
            problem=self._problem(call, number, started),
        )

    def check(self) -> Iterator[str]:
        now = self._clock.now()
        span = Window(now - _FIRST, now - _SETTLE)
        total = self._page(span, 0, set()).total
        told = "calls" if total is None else f"{total} calls"
        yield f"the keys open the log, with {told} in the last 24 hours"

    def _problem(self, call: Json, number: str, started: datetime | None) -> str | None:
        if started is None:
            return "start_time cannot be read"
        if _OUTBOUND.search(str(call.get("business_call_type", ""))):
            return "an outbound call is no lead"
        if self._campaigns and number not in self._campaigns:
            return f"{call.get('knowlarity_number')} is not among KNOWLARITY_NUMBERS"
        return None

    def _settled(self, span: Window) -> Iterator[Page]:
        """The pages of a window, again from the first one while the log moves under them.

        Raises:
            Transient: it would not stand still.
        """
        before: set[str] | None = None
        for _ in range(_READS):
            totals: set[int] = set()
            uuids: list[str] = []
            for page in self._walk(span):
                uuids += [call["uuid"] for call in page.calls]
                totals.update([] if page.total is None else [page.total])
                yield Page([self.record(call) for call in page.calls])
            seen = set(uuids)
            told = totals or {len(uuids)}
            # Twice the same: then nothing moves, and the log itself counts otherwise.
            if told == {len(seen)} or (len(told) == 1 and seen == before):
                return
            before = seen
        raise Transient(f"the log changed each of {_READS} times that it was read; try again later")

    def _walk(self, span: Window) -> Iterator[_Calls]:
        """Pages up to the number of calls that the log tells, or to one with nothing new. A call
        that stood on an earlier page does not count for where the next one begins."""
        seen, firsts = set[str](), set[str]()
        while True:
            page = self._page(span, len(seen), firsts)
            yield page
            new = {call["uuid"] for call in page.calls} - seen
            seen |= new
            if not new or (page.total is not None and len(seen) >= page.total):
                return
            firsts.add(page.calls[0]["uuid"])

    def _page(self, span: Window, offset: int, firsts: set[str]) -> _Calls:
        """The calls from `offset` on; none of `firsts` may begin them, lest it was not heeded."""
        asked = {
            "start_time": self._text(span.since),
            "end_time": self._text(span.until),
            "limit": str(_LIMIT),
            "offset": str(offset),
        }

        def read(said: Json) -> _Calls:
            calls, total = said["objects"], said["meta"].get("total_count")
            uuids = [call["uuid"] for call in calls]
            if not all(isinstance(uuid, str) and uuid for uuid in uuids):
                raise ValueError("a call without a uuid")
            if uuids and uuids[0] in firsts:
                raise Malformed("the log begins again on a later page: it does not heed `offset`")
            return _Calls(calls, None if total is None else int(total))

        return self._api.get(self._path, asked, read=read).content

    def _text(self, at: datetime) -> str:
        """With the offset: without one the log takes a time as its own. httpx sends `+` as %2B."""
        return at.astimezone(self._zone).isoformat(" ", "seconds")

    def _moment(self, text: str) -> datetime:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC)


def _classify(response: httpx2.Response) -> Fault | None:
    fault = by_status(response)
    if isinstance(fault, Forbidden | AccessLost):
        return AccessLost(
            "KNOWLARITY_API_KEY or KNOWLARITY_SR_KEY is refused: copy both from the account again."
            f" Knowlarity says: {fault}"
        )
    return fault


def _is_placeholder(said: Json) -> bool:
    """Whether it is the name that is made up where a caller has none."""
    return isinstance(said, str) and bool(_NO_NAME.match(said))


def _subscriber(number: str) -> str:
    """A number without what it may be written with: its last ten digits."""
    return re.sub(r"\D", "", number)[-10:]

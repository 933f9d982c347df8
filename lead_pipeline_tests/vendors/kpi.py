"""A fake of Knowlarity's call log, as its users describe it: nothing about it is promised.

A call is filed under its start but seen only after its end. Times are taken as the account's (IST)
where they bear no offset, and a `+` that came as a blank is no time. `total_count` and the offsets
of calls move while somebody pages through them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse

from lead_pipeline_tests.vendors.server import Call as Asked
from lead_pipeline_tests.vendors.server import VirtualTime

_IST = ZoneInfo("Asia/Kolkata")
_LARGEST_PAGE = 1_000


@dataclass(slots=True)
class Call:
    """A call of a customer (or to one, where it is `outbound`)."""

    record_id: int
    uuid: str
    customer: str
    started: datetime
    seconds: int
    number: str
    kind: str = "Call Group"
    outbound: bool = False
    visible: datetime | None = None

    @property
    def seen_from(self) -> datetime:
        return self.visible or self.started + timedelta(seconds=self.seconds)


@dataclass(slots=True)
class Kpi:
    """The account and its calls. `newest_first`, `ignores_offset`, `tells_total` and `at_most`
    calls a page, whatever its limit, are how the server behaves; nobody states any of them."""

    time: VirtualTime
    api_key: str = "application-key-of-a-test"
    sr_key: str = "11111111-0000-4000-8000-000000000000"
    channel: str = "Basic"
    newest_first: bool = True
    ignores_offset: bool = False
    tells_total: bool = True
    at_most: int = _LARGEST_PAGE
    calls: dict[str, Call] = field(default_factory=dict)

    def add(
        self,
        uuid: str,
        customer: str,
        started: datetime | None = None,
        seconds: int = 35,
        number: str = "+12025550110",
        **more: Any,
    ) -> Call:
        call = Call(
            90_001 + len(self.calls),
            uuid,
            customer,
            started or self.time.now(),
            seconds,
            number,
            **more,
        )
        self.calls[uuid] = call
        return call

    def answer(self, asked: Asked) -> JSONResponse:
        if asked.path != f"/{self.channel}/v1/account/calllog":
            return JSONResponse({"message": "Not found"}, 404)
        query, headers = asked.params, asked.headers
        if not headers.get("x-api-key") or headers.get("channel") != self.channel:
            return JSONResponse({"message": "Forbidden"}, 403)
        if (headers["x-api-key"], headers.get("authorization")) != (self.api_key, self.sr_key):
            return JSONResponse({"error": {"message": "Unauthorized"}}, 401)
        try:
            since, until = _asked(query["start_time"]), _asked(query["end_time"])
            limit, offset = int(query.get("limit", 100)), int(query.get("offset", 0))
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": {"message": f"Invalid parameter: {error}"}}, 400)
        if not 0 < limit <= _LARGEST_PAGE:
            return JSONResponse({"error": {"message": "Invalid limit"}}, 400)
        found = [
            call
            for call in self.calls.values()
            if since <= call.started <= until and call.seen_from <= self.time.now()
        ]
        found.sort(key=lambda call: (call.started, call.uuid), reverse=self.newest_first)
        start = 0 if self.ignores_offset else offset
        limit = min(limit, self.at_most)
        meta: dict[str, Any] = {"limit": limit, "next": "", "offset": offset, "previous": ""}
        if self.tells_total:
            meta["total_count"] = len(found)
        return JSONResponse(
            {"meta": meta, "objects": list(map(_object, found[start : start + limit]))}
        )


def _asked(text: str) -> datetime:
    at = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_IST)
    return datetime.fromisoformat(text) if text[19:] else at


def _object(call: Call) -> dict[str, Any]:
    answered = call.seconds > 0
    return {
        "id": call.record_id,
        "uuid": call.uuid,
        "customer_number": call.customer,
        "knowlarity_number": call.number,
        "agent_number": "+12025550120" if answered else "Call Missed",
        "destination": "+12025550120" if answered else "",
        "start_time": call.started.astimezone(_IST).strftime("%Y-%m-%d %H:%M:%S+05:30"),
        "call_duration": call.seconds,
        "call_type": 1,
        "business_call_type": _kind(call),
        "extension": "2" if answered else "",
        "call_recording": f"https://rec.example.com/{call.uuid}.mp3" if answered else "",
    }


def _kind(call: Call) -> str:
    if call.outbound:
        return "Outbound"
    return call.kind if call.seconds else "Missed Call"

"""What can go wrong between a client and any vendor: actions for `Vendors.fault`."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from lead_pipeline_tests.vendors.server import Action, Answering, Call


def too_many(retry_after: float | datetime | None = None) -> Action:
    """429, with `Retry-After` in seconds, as an HTTP-date, or without."""
    headers = {}
    if isinstance(retry_after, datetime):
        headers["Retry-After"] = format_datetime(retry_after, usegmt=True)
    elif retry_after is not None:
        headers["Retry-After"] = str(int(retry_after))
    return answers({"error": {"message": "Too many requests"}}, 429, headers)


def unavailable(status: int = 503) -> Action:
    return answers({"error": {"message": "Backend unavailable"}}, status)


def answers(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Action:
    """This JSON, whatever was asked: `answers(False)` is one that vendors really gave."""

    async def action(call: Call, answer: Answering) -> Response:
        return JSONResponse(value, status, dict(headers or {}))

    return action


def html(status: int = 200) -> Action:
    """A page for people, as a proxy or a maintenance window gives it."""

    async def action(call: Call, answer: Answering) -> Response:
        return HTMLResponse("<html><body>We will be back soon.</body></html>", status)

    return action


def truncated() -> Action:
    """Half of the JSON, sent as if it were all."""

    async def action(call: Call, answer: Answering) -> Response:
        body = bytes(answer(call).body)
        return Response(body[: len(body) // 2], media_type="application/json")

    return action


def reset() -> Action:
    """The connection is cut in the middle of the body."""

    async def action(call: Call, answer: Answering) -> Response:
        return _Cut(bytes(answer(call).body), media_type="application/json")

    return action


class _Cut(Response):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise ConnectionResetError


def hang(seconds: float) -> Action:
    """No answer for so long (of real time: a client in a test has a short timeout)."""

    async def action(call: Call, answer: Answering) -> Response:
        await asyncio.sleep(seconds)
        return answer(call)

    return action


def changed(change: Callable[[Any], Any]) -> Action:
    """The fake's own answer with its JSON changed: `change` gives the new value."""

    async def action(call: Call, answer: Answering) -> Response:
        response = answer(call)
        return JSONResponse(change(json.loads(bytes(response.body))), response.status_code)

    return action


def without(key: str) -> Action:
    """The fake's own answer without this key, wherever it stands."""
    return changed(lambda value: _each(value, lambda d: {k: v for k, v in d.items() if k != key}))


def mistyped(key: str, value: Any = "?") -> Action:
    """The fake's own answer with something else under this key, wherever it stands."""
    return changed(
        lambda json_: _each(json_, lambda d: {k: value if k == key else v for k, v in d.items()})
    )


def _each(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """`value` with every object in it changed, from the outermost in."""
    if isinstance(value, dict):
        return {key: _each(one, change) for key, one in change(value).items()}
    return [_each(one, change) for one in value] if isinstance(value, list) else value


def doing(act: Callable[[], Any]) -> Action:
    """Something happens at the vendor just before it answers: a token expires, a row is added."""

    async def action(call: Call, answer: Answering) -> Response:
        act()
        return answer(call)

    return action


def asking(change: Callable[[dict[str, str]], Mapping[str, str]]) -> Action:
    """The answer to another query: pages swapped, an offset not heeded."""

    async def action(call: Call, answer: Answering) -> Response:
        return answer(replace(call, query=list(change(call.params).items())))

    return action


class DuplicateLast:
    """The last record of one page stands on the next one again; plant it with `times=2`.

    Args:
        records: the list of records in a page's JSON, which is changed in place.
    """

    def __init__(self, records: Callable[[Any], list[Any]]) -> None:
        self._records = records
        self._last: list[Any] = []

    async def __call__(self, call: Call, answer: Answering) -> Response:
        page = json.loads(bytes(answer(call).body))
        records = self._records(page)
        again, self._last = self._last, records[-1:]
        records[:0] = again
        return JSONResponse(page)

"""What goes wrong with Meta's Graph API, and how much of what it allows was used.

A status says little there: throttling is a 400 too. The code in the body decides.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx2

from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Fault,
    Forbidden,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.http import by_status
from lead_pipeline.connectors.model import Json

_THROTTLED = {4, 17, 32, 613, 80001, 80004, 80005}
_TRANSIENT = {1, 2}
_ACCESS_LOST = {102, 190}
_NOT_THERE = (100, 33)
_TOO_MUCH = "reduce the amount of data"
_HEADERS = ("x-business-use-case-usage", "x-app-usage")
_SHARES = ("call_count", "total_cputime", "total_time")
_RENEW = "make a new token for the Page and set META_PAGE_ACCESS_TOKEN"
_WHY_LOST = {
    458: "the app was removed from the account: connect it again, then ",
    460: "the password was changed: ",
    463: "the token has expired: ",
    467: "the token is not valid: ",
}


class TooMuch(Fault):
    """Meta cannot gather so much at once; a smaller page may do."""


class NotThere(Forbidden):
    """Meta knows no such object, or does not show it to us; it does not say which."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The largest share that was used of anything, in percent; and, once it is all, how many
    seconds until there is some again."""

    percent: float
    wait: float | None


def classify(response: httpx2.Response) -> Fault | None:
    """What an answer that is none says; implements `http.Classify`."""
    error = _error(response)
    if error is None:
        return by_status(response)
    code, subcode = error["code"], error.get("error_subcode")
    text = f"{error.get('message', '')} (code {code})"
    if code in _THROTTLED:
        return Throttled(text, usage(response.headers).wait)
    if code in _ACCESS_LOST:
        return AccessLost(f"{_WHY_LOST.get(subcode, '')}{_RENEW}. Meta says: {text}")
    if _TOO_MUCH in text:
        return TooMuch(text)
    if code in _TRANSIENT or error.get("is_transient") or response.status_code >= 500:
        return Transient(text)
    if code == 10 or (isinstance(code, int) and 200 <= code <= 299):
        return Forbidden(f"{text}. Grant leads_retrieval, and this app in Leads Access Manager")
    return NotThere(text) if (code, subcode) == _NOT_THERE else BadRequest(text)


def usage(headers: Mapping[str, str]) -> Usage:
    """What the headers of an answer tell of the use of this app and Page."""
    told = [one for name in _HEADERS for one in _entries(headers.get(name, "{}"))]
    shares = [one[share] for one in told for share in _SHARES if share in one]
    minutes = max([one.get("estimated_time_to_regain_access", 0) for one in told], default=0)
    return Usage(max(shares, default=0), minutes * 60.0 or None)


def _error(response: httpx2.Response) -> Json | None:
    """What Meta says went wrong; None where it is not Meta that speaks."""
    try:
        said = response.json()
    except ValueError:
        return None
    error = said.get("error") if isinstance(said, dict) else None
    return error if isinstance(error, dict) and "code" in error else None


def _entries(header: str) -> Iterator[Json]:
    """The objects with shares in them, however deep: in a list for each Page, or bare."""
    try:
        said = json.loads(header)
    except ValueError:
        return
    waiting = [said]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if any(share in one for share in _SHARES):
                yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)

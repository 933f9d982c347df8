"""Calls to a vendor's API: time-outs, further tries by kind of fault, and no secret told.

Which answer is which fault only the vendor's module knows (`classify`); what follows from a fault
is the same for all.
"""

import logging
import re
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Generic, TypeVar

import httpx2
import tenacity

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Expired,
    Fault,
    Forbidden,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.model import Json
from lead_pipeline.connectors.windows import SKEW

T = TypeVar("T")
Classify = Callable[[httpx2.Response], Fault | None]
TIMEOUT = 60.0
"""Seconds that a vendor may be silent."""
LONGEST_WAIT = 900.0
"""Seconds that a pull waits in all; then it ends, and the next one goes on where it stood."""
_TRIES = {Transient: 5, Malformed: 3}
# Full jitter, so that many who were turned away do not come back at once.
_JITTER = tenacity.wait_random_exponential(multiplier=1, min=1, max=60)
_EVIDENCE = 300  # letters of a body that is not what it should be
_log = logging.getLogger(__name__)
logging.getLogger("httpx2").setLevel(logging.WARNING)  # its lines tell whole addresses


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What was read of an answer, its headers, and the vendor's time where it tells it."""

    content: T
    headers: Mapping[str, str]
    server_time: datetime | None


class Api:
    """A vendor's API over one connection, for the length of a pull.

    `authorize` gives the headers that prove who asks; `refresh` makes the next ones valid again.
    `secrets` are what no text of a fault may hold.
    """

    def __init__(
        self,
        base_url: str,
        classify: Classify,
        *,
        clock: Clock = SYSTEM,
        authorize: Callable[[], Mapping[str, str]] = dict,
        refresh: Callable[[], None] | None = None,
        secrets: Collection[str] = (),
        timeout: float = TIMEOUT,
    ) -> None:
        self._client = httpx2.Client(base_url=base_url, timeout=timeout, verify=_tls())
        self._classify = classify
        self._clock = clock
        self._authorize = authorize
        self._refresh = refresh
        self._secrets = secrets
        self._waited = 0.0
        self._is_skew_told = False

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, read: Callable[[Json], T]
    ) -> Reply[T]:
        """`read` makes what is wanted of the JSON; a KeyError, TypeError, ValueError or so of it
        says that the answer is malformed.

        Raises:
            Fault: after as many tries as its kind is given.
        """
        return self._answer(self._client.build_request("GET", path, params=params), read)

    def post(
        self,
        path: str,
        json: Json,
        params: Mapping[str, str] | None = None,
        *,
        read: Callable[[Json], T],
    ) -> Reply[T]:
        """As `get`, with a body. Only for calls that may be repeated, such as queries."""
        request = self._client.build_request("POST", path, params=params, json=json)
        return self._answer(request, read)

    def _answer(self, request: httpx2.Request, read: Callable[[Json], T]) -> Reply[T]:
        again = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((Throttled, Transient, Malformed)),
            stop=self._enough,
            wait=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return again(self._once, request, read)
        except Expired as error:
            if self._refresh is None:
                raise AccessLost(str(error)) from error
            self._refresh()
        try:
            return again(self._once, request, read)
        except Expired as error:
            raise AccessLost(f"a new token is refused as well: {error}") from error

    def _once(self, request: httpx2.Request, read: Callable[[Json], T]) -> Reply[T]:
        request.headers.update(self._authorize())
        where = f"{request.method} {request.url.path}"
        try:
            response = self._client.send(request)
        except httpx2.RequestError as error:
            told = redacted(f"{where}: {type(error).__name__}", self._secrets)
            raise Transient(told) from None
        self._compare_clocks(response)
        fault = self._classify(response)
        if fault is not None:
            fault.args = (redacted(f"{where}: {fault}", self._secrets),)
            raise fault
        try:
            content = read(response.json())
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            body = redacted(response.text[:_EVIDENCE], self._secrets)
            told = f"{where}: the answer is not what it should be ({type(error).__name__})"
            raise Malformed(told, body) from None
        return Reply(content, response.headers, server_time(response))

    def _compare_clocks(self, response: httpx2.Response) -> None:
        """Tell, once, that ours or the vendor's is wrong; windows follow the earlier one."""
        theirs = server_time(response)
        if theirs is None or self._is_skew_told:
            return
        ahead = self._clock.now() - theirs
        if abs(ahead) > SKEW:
            self._is_skew_told = True
            side = "ahead of" if ahead > timedelta(0) else "behind"
            seconds = abs(ahead).total_seconds()
            _log.warning("our clock is %.0f s %s that of %s", seconds, side, response.url.host)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        fault = state.outcome.exception() if state.outcome else None
        pause = state.upcoming_sleep
        if self._waited + pause > LONGEST_WAIT:
            return True
        return state.attempt_number >= _TRIES.get(type(fault), 100)

    def _pause(self, state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, Throttled) and fault.wait is not None:
            return fault.wait
        return _JITTER(state)

    def _sleep(self, seconds: float) -> None:
        self._waited += seconds
        self._clock.sleep(seconds)


@cache
def _tls() -> ssl.SSLContext:
    """What vendors are verified by: to load it takes longer than most calls."""
    return httpx2.create_ssl_context()


def by_status(response: httpx2.Response) -> Fault | None:
    """The fault that an answer's status alone tells, for vendors that use it as usual."""
    status = response.status_code
    told = f"{status} {message(response)}".strip()
    if status < 300:
        return None
    if status == 429:
        return Throttled(told, retry_after(response))
    if status >= 500 or status == 408:
        return Transient(told)
    if status == 401:
        return AccessLost(told)
    if status == 403:
        return Forbidden(told)
    return BadRequest(told) if status >= 400 else Malformed(told)


def message(response: httpx2.Response) -> str:
    """What an answer says of itself: `error.message`, `message` or `error` of its JSON."""
    try:
        said = response.json()
    except ValueError:
        return ""
    if isinstance(said, dict):
        error = said.get("error", said)
        found = error.get("message") if isinstance(error, dict) else error
        return str(found)[:_EVIDENCE] if found and not isinstance(found, dict) else ""
    return ""


def retry_after(response: httpx2.Response) -> float | None:
    """The seconds of a Retry-After header, or until its date (RFC 9110, section 10.2.3)."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    now = server_time(response) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def server_time(response: httpx2.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None


# Mail addresses, numbers of eight digits and more, and what follows the name of a secret.
_PRIVATE = re.compile(
    r"[^\s@,;:\"'<>=]+@[^\s@,;\"'<>]+|\+?\d[\d ().-]{6,}\d"
    r"|(?i:(?<=access_token=)|(?<=google_key\":\")|(?<=bearer ))[^\s&\"']+"
)


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """The text without these secrets, and without what may be somebody's mail or phone."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _PRIVATE.sub("***", text)

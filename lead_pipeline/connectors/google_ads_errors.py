"""Which fault an answer of Google Ads is.

An error comes bare, in an array, or as a later element of a stream that began well.
"""

import re

import httpx2

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
from lead_pipeline.connectors.http import by_status, retry_after
from lead_pipeline.connectors.model import Json

_A_DAY = 86_400.0
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def classify(response: httpx2.Response) -> Fault | None:
    """The fault of the first error that the body tells, else of the status."""
    error = _error(response)
    if error is None:
        return by_status(response)
    try:
        return _of_error(error, response)
    except (LookupError, TypeError, ValueError, AttributeError):
        return by_status(response) or Malformed("an error that is not told as Google tells them")


def _of_error(error: Json, response: httpx2.Response) -> Fault:
    code = int(error.get("code", response.status_code))
    details = [one for detail in error.get("details", []) for one in detail.get("errors", [])]
    if not details:
        return _by_code(code, f"{code} {error.get('message', '')}", retry_after(response))
    first = details[0]
    kind, what = next(iter(first.get("errorCode", {}).items()), ("", ""))
    told = f"{what}: {first.get('message', '')}"
    return _by_kind(kind, what, told, first) or _by_code(code, told, retry_after(response))


def _error(response: httpx2.Response) -> Json | None:
    """The first object called `error` in the body, wherever it stands."""
    if response.is_success and '"error"' not in response.text:
        return None
    try:
        said = response.json()
    except ValueError:
        return None
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, dict) and isinstance(one.get("error"), dict):
            return one["error"]
    return None


def _by_kind(kind: str, what: str, told: str, error: Json) -> Fault | None:
    match kind, what:
        case "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED":
            return Throttled(told, _delay(error))
        case "quotaError", "RESOURCE_EXHAUSTED":
            return Throttled(f"the quota of the day is used up: {told}", _A_DAY)
        case "authenticationError", "OAUTH_TOKEN_EXPIRED":
            return Expired(told)
        case "authenticationError", _:
            help_ = "consent again, or make a new key, and put its JSON into GOOGLE_ADS_CREDENTIALS"
            return AccessLost(f"{told}: {help_}")
        case "authorizationError", _:
            help_ = "give the account access to this customer, and its manager to the settings"
            return Forbidden(f"{told}: {help_} (GOOGLE_ADS_LOGIN_CUSTOMER_ID)")
        case "internalError", _:
            return Transient(told)
        case "queryError" | "requestError", _:
            return BadRequest(f"{told}: see whether GOOGLE_ADS_VERSION still lives")
    return None


def _by_code(code: int, told: str, wait: float | None) -> Fault:
    if code == 429:
        return Throttled(told, wait)
    if code == 401:
        return Expired(told)
    if code == 403:
        return Forbidden(told)
    if code == 404:
        return BadRequest(f"{told}: see whether GOOGLE_ADS_VERSION still lives")
    return Transient(told) if code >= 500 else BadRequest(told)


def _delay(error: Json) -> float | None:
    """`"30s"` where Google says how long to wait."""
    said = error.get("details", {}).get("quotaErrorDetails", {}).get("retryDelay", "")
    matched = _SECONDS.fullmatch(said)
    return float(matched[1]) if matched else None

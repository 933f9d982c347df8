"""Tells an error tracker (one that speaks Sentry's protocol) of faults of ours, if there is one.

Kinds and places only: what an error says may quote a cell of a file, and so may variables, lines of
the log and what was typed. Bad files and outages are no faults and are never told.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from lead_pipeline.errors import LeadPipelineError, OperatorError
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_KEPT_OF_FRAME = {"filename", "function", "module", "lineno", "in_app"}
_KEPT_OF_EVENT = {"event_id", "timestamp", "platform", "level", "release", "environment", "sdk"}


def tell(error: BaseException) -> None:
    """Tell of an error, unless it is one that people or the outside have to mend.

    Raises:
        OperatorError: SENTRY_DSN is set, and the package for it is not installed.
    """
    if not isinstance(error, LeadPipelineError) and _start(load_settings().sentry_dsn):
        import sentry_sdk

        sentry_sdk.capture_exception(error)
        sentry_sdk.flush(timeout=2)  # seconds; the process may end with the error


@cache
def _start(dsn: str | None) -> bool:
    """Whether there is a tracker; begun once in a process."""
    if not dsn:
        return False
    try:
        import sentry_sdk
    except ImportError as error:
        raise OperatorError(
            "SENTRY_DSN is set, but its package is not there: pip install 'lead-pipeline[sentry]'"
        ) from error
    sentry_sdk.init(
        dsn=dsn,
        before_send=scrub,
        default_integrations=False,  # they would watch logs, threads and what was typed
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        send_default_pii=False,
        server_name="",
    )
    return True


def scrub(event: "Event", _hint: "Hint") -> "Event":
    """The event with nothing but what kind of error it was, and where."""
    told: dict[str, Any] = {name: event[name] for name in _KEPT_OF_EVENT if name in event}  # type: ignore[literal-required]
    errors = event.get("exception", {}).get("values", ())
    told["exception"] = {"values": [_scrubbed(one) for one in errors]}
    return told  # type: ignore[return-value]


def _scrubbed(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", ())
    places = [{k: v for k, v in frame.items() if k in _KEPT_OF_FRAME} for frame in frames]
    kept = {name: error.get(name) for name in ("type", "module")}
    return {**kept, "value": "", "stacktrace": {"frames": places}}

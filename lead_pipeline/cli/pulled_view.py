"""How a pulled source looks on a terminal."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lead_pipeline.cli.output import counted, when

if TYPE_CHECKING:
    from lead_pipeline.connectors.overview import PartState, PulledSource
    from lead_pipeline.connectors.webhook_health import HookHealth


def told(source: "PulledSource") -> str:
    """Its name, and below it what there is to tell."""
    return "\n".join(
        [f"{source.source:14} {_head(source)}", *(f"  {one}" for one in _rest(source))]
    )


def _head(source: "PulledSource") -> str:
    if not source.configured:
        return (source.advice or "").partition(": ")[2]
    said = f"every {source.minutes} minutes, next {when(source.next_pull_at)}"
    if source.pulls_of_30_days:
        pulls = counted(source.pulls_of_30_days, "pull")
        said += f"; {source.pulls_done} of {pulls} of 30 days ended well"
    return said


def _rest(source: "PulledSource") -> Iterator[str]:
    for pull in source.last_pulls[:1]:
        yield _last(pull)
        yield from (f"! {one['part']}: {one['reason']}" for one in pull["faults"])
    yield from map(_part, source.parts)
    if source.webhook and source.webhook.configured:
        yield from _webhook(source.webhook)


def _last(pull: dict[str, Any]) -> str:
    said = f"last pull {when(pull['started_at'])}: {pull['status']}, {pull['read']:,} read"
    said += f", {pull['new']:,} new"
    if pull["imported"]:
        said += f"; {counted(pull['contacts_new'], 'new lead')}"
    return said


def _part(part: "PartState") -> str:
    said = f"{part.title}: {counted(part.records, 'record')} of 30 days"
    if part.last_external_id:
        last = part.last_occurred_at or part.last_received_at
        said += f", the last {part.last_external_id} of {when(last)}"
    position = ", ".join(f"{name} {value}" for name, value in part.position.items())
    return f"{said}; stands at {position}" if position else said


def _webhook(webhook: "HookHealth") -> Iterator[str]:
    yield (
        f"{webhook.address}: last delivery {when(webhook.last_delivered_at)}, "
        f"refused {when(webhook.last_refused_at)}, challenge {when(webhook.last_challenged_at)}"
    )
    if webhook.warning:
        yield f"! {webhook.warning}"

"""Commands that ask LeadConduit itself: for one lead, and for its counts beside ours."""

from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.output import counted, tell, when
from lead_pipeline.cli.session import FAILED, open_session
from lead_pipeline.cli.terminal import echo
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.connectors.reconcile import Reconciled

_MOST_DAYS = 90  # so long LeadConduit keeps events


@click.group()
def leadconduit() -> None:
    """Ask LeadConduit for one lead, or for its counts."""


@leadconduit.command()
@click.argument("query")
@click.option(
    "--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="At most."
)
@as_json
def search(query: str, limit: int, as_json: bool) -> int:
    """Find leads at LeadConduit by words, such as a phone."""
    from lead_pipeline.connectors.faults import Fault
    from lead_pipeline.connectors.reconcile import leadconduit_of

    try:
        found = leadconduit_of(load_settings().accounts).search(query, limit)
    except Fault as fault:
        raise OutsideTrouble(str(fault)) from fault
    for one in found:
        tell(
            as_json,
            asdict(one),
            f"{one.lead_id}  {when(one.submitted_at)}  {(one.event or {}).get('outcome', '')}",
        )
    if not found and not as_json:
        echo("no lead fits")
    return 0


@leadconduit.command()
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=1,
    show_default=True,
    help="Of so many days before today (UTC).",
)
@as_json
def stats(days: int, as_json: bool) -> int:
    """Compare how many leads LeadConduit has with ours."""
    from lead_pipeline.connectors.faults import Fault
    from lead_pipeline.connectors.reconcile import days_before_today, leadconduit_of, reconcile

    settings = load_settings()
    source = leadconduit_of(settings.accounts)
    with ExitStack() as stack:
        session = open_session(stack, settings)
        try:
            found = reconcile(session, source, days_before_today(days))
        except Fault as fault:
            raise OutsideTrouble(str(fault)) from fault
    tell(as_json, asdict(found) | {"agrees": found.agrees}, _line(found))
    return 0 if found.agrees else FAILED


def _line(found: "Reconciled") -> str:
    span = f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d} (UTC)"
    theirs, ours = found.theirs, found.ours
    lines = [
        f"  {one}: {counted(theirs.get(one, 0), 'lead')} there, {ours.get(one, 0):,} here"
        for one in sorted({*theirs, *ours})
    ]
    verdict = "the counts agree" if found.agrees else found.advice
    return "\n".join([f"{span}: {verdict}", *lines])

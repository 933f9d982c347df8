"""The commands about leads as people work with them: look for some, change one."""

from contextlib import ExitStack
from datetime import datetime
from getpass import getuser
from typing import Any
from zoneinfo import ZoneInfo

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.output import tell, when
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import load_settings

_lead = click.IntRange(1, 2**63 - 1)
_a_day = click.DateTime(["%Y-%m-%d"])


@click.group()
def leads() -> None:
    """Leads: look for some, change what people know of one."""


@leads.command("find")
@click.argument("text", default="", metavar="[PHONE|EMAIL|ID|NAME]")
@click.option("--source", help="Of this source.")
@click.option("--supplier", help="Sold by this supplier.")
@click.option("--tag", help="With this tag.")
@click.option("--status", help="With this status.")
@click.option("--since", type=_a_day, help="That came to be on this day or later.")
@click.option("--until", type=_a_day, help="That came to be on this day or before.")
@click.option(
    "--callable/--not-callable",
    default=None,
    help="With a phone or mail that may be used, or without any.",
)
@click.option("--assigned-to", metavar="PERSON", help="On whom this person works; '': nobody does.")
@click.option("--before", type=_lead, metavar="LEAD", help="With smaller numbers than this one.")
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
@as_json
def find_leads(text: str, before: int | None, most: int, as_json: bool, **said: Any) -> None:
    """List the newest leads that fit.

    A name is found by its words and by how they begin, whatever their case and accents.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.leads.search import Filters, search

    settings = load_settings()
    filters = Filters(**{name: _day(value) for name, value in said.items()})
    with ExitStack() as stack:
        session = open_session(stack, settings)
        found = search(session, text, filters, settings, before=before, most=most)
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(_table(found))
    elif not as_json:
        echo("no lead fits")


@leads.command("set")
@click.argument("lead", type=_lead)
@click.option("--status", help="What was made of it, such as Called.")
@click.option("--assigned-to", metavar="PERSON", help="Who works on it; '': nobody.")
@click.option(
    "--next-followup-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="When to call again, in the account's time zone.",
)
@click.option("--no-followup", is_flag=True, help="It is not to be called again.")
@click.option("--total-attempts", type=click.IntRange(0, 1_000_000), help="How often it was tried.")
@click.option("--is-qualified/--not-qualified", default=None, help="Whether it is worth it.")
@as_json
def set_lead(
    lead: int, next_followup_at: datetime | None, no_followup: bool, as_json: bool, **said: Any
) -> None:
    """Change what people know of LEAD.

    What is not stated stays as it is. Who changed it, when and from what is kept.
    """
    from lead_pipeline.leads.changes import change_lead

    settings = load_settings()
    stated = {name: value for name, value in said.items() if value is not None}
    if next_followup_at is not None and no_followup:
        raise click.UsageError("either --next-followup-at or --no-followup")
    if next_followup_at is not None or no_followup:
        zone = ZoneInfo(settings.time_zone)
        moment = next_followup_at.replace(tzinfo=zone) if next_followup_at else None
        stated["next_followup_at"] = moment
    if not stated:
        raise click.UsageError("state at least one of the options")
    with ExitStack() as stack:
        after = change_lead(open_session(stack, settings), lead, getuser(), stated)
    tell(as_json, after, f"lead {lead}: {_work(after)}")


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _table(found: list[dict[str, Any]]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("lead", "name", "phone", "mail", "source", "came", "work"):
        table.add_column(title, overflow="fold")
    for one in found:
        channels = ((one[name] or ["-"])[0] for name in ("phones", "emails"))
        cells = (str(one["lead_id"]), one["full_name"] or "-", *channels, one["source"],
                 when(one["received_at"], "%Y-%m-%d"), _work(one))  # fmt: skip
        table.add_row(*map(escape, cells))
    return table


def _work(lead: dict[str, Any]) -> str:
    """What people did with a lead, in a line."""
    told = [lead["status"]]
    if lead["assigned_to"]:
        told.append(f"assigned to {lead['assigned_to']}")
    if lead["next_followup_at"]:
        told.append(f"again {when(lead['next_followup_at'])}")
    if lead["total_attempts"]:
        told.append(f"attempts: {lead['total_attempts']}")
    return ", ".join([*told, "qualified"] if lead["is_qualified"] else told)

"""What does not go as it should, and who knows of it."""

from contextlib import ExitStack
from getpass import getuser
from typing import Any

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import echo
from lead_pipeline.settings import load_settings


@click.group(invoke_without_command=True)
@click.option("--all", "cleared", is_flag=True, help="Also what is over, of the last 90 days.")
@as_json
@click.pass_context
def notices(context: click.Context, cleared: bool, as_json: bool) -> None:
    """List what does not go as it should.

    The page looks every 30 seconds as long as `lead-pipeline up` runs, notes each thing once, and
    clears it when it is over.
    """
    from lead_pipeline.notices.book import all_notices

    if context.invoked_subcommand is not None:
        return
    with ExitStack() as stack:
        found = all_notices(open_session(stack, load_settings()), cleared=cleared)
    for one in found:
        tell(as_json, one, _text(one))
    if not found and not as_json:
        echo("nothing: all goes as it should")


@notices.command("acknowledge")
@click.argument("notice", type=click.IntRange(1, 2**63 - 1))
@as_json
def acknowledge(notice: int, as_json: bool) -> None:
    """Say that you know of NOTICE; it stays as long as it lasts."""
    from lead_pipeline.notices.book import acknowledge as note

    with ExitStack() as stack:
        done = note(open_session(stack, load_settings()), notice, getuser())
    tell(as_json, done, f"notice {notice}: {done['acknowledged_by']} knows of it")


def _text(one: dict[str, Any]) -> str:
    since = f"since {one['first_seen_at']:%Y-%m-%d %H:%M %Z}"
    until = f", over at {one['cleared_at']:%Y-%m-%d %H:%M %Z}" if one["cleared_at"] else ""
    known = f"; {one['acknowledged_by']} knows" if one["acknowledged_by"] else ""
    return f"{one['notice_id']}  {one['severity']}  {one['told']} ({since}{until}{known})"

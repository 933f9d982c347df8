"""The commands about leads that may be one person."""

from contextlib import ExitStack
from getpass import getuser
from typing import Any

import click

from lead_pipeline.cli.options import MOST_ROWS, as_json
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import echo
from lead_pipeline.settings import load_settings

_lead = click.IntRange(1, 2**63 - 1)


@click.group()
def merges() -> None:
    """Leads that may be one person, and what you say of them.

    Nothing is merged by itself.
    """


@merges.command("list")
@click.option("--decided", is_flag=True, help="What was decided, instead of what is open.")
@click.option(
    "--most",
    type=click.IntRange(1, MOST_ROWS),
    default=100,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
@as_json
def list_merges(decided: bool, most: int, as_json: bool) -> None:
    """List the open questions, the likeliest first."""
    from lead_pipeline.matching.merges import decisions, open_questions

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        found = (decisions if decided else open_questions)(session, most)
    for row in found:
        tell(as_json, row, _decision_text(row) if decided else _question_text(row))
    if not found and not as_json:
        echo("nothing was decided yet" if decided else "no question is open")


@merges.command("accept")
@click.argument("lead", type=_lead)
@click.argument("other", type=_lead)
@as_json
def accept_merge(lead: int, other: int, as_json: bool) -> None:
    """Say that the leads LEAD and OTHER are one person.

    The older one founds the lead, no channel of the other is lost, and an opt-out of one is an
    opt-out of both.
    """
    from lead_pipeline.matching.merges import accept

    settings = load_settings()
    with ExitStack() as stack:
        done = accept(open_session(stack, settings), lead, other, getuser(), settings)
    told = f"leads {lead} and {other} are lead {done['lead_id']} now"
    tell(as_json, done, f"{told} (`lead-pipeline merges take-back {done['decision_id']}`)")


@merges.command("reject")
@click.argument("lead", type=_lead)
@click.argument("other", type=_lead)
@as_json
def reject_merge(lead: int, other: int, as_json: bool) -> None:
    """Say that the leads LEAD and OTHER are two people.

    It is not asked again.
    """
    from lead_pipeline.matching.merges import reject

    with ExitStack() as stack:
        done = reject(open_session(stack, load_settings()), lead, other, getuser())
    tell(as_json, done, f"leads {lead} and {other} are two people (decision {done['decision_id']})")


@merges.command("take-back")
@click.argument("decision", type=_lead)
@as_json
def take_back_merge(decision: int, as_json: bool) -> None:
    """Take DECISION back: leads that it made one are two again.

    Opt-outs that it led to stay.
    """
    from lead_pipeline.matching.merges import take_back

    with ExitStack() as stack:
        done = take_back(open_session(stack, load_settings()), decision, getuser())
    tell(as_json, done, f"decision {decision} holds no more")


def _question_text(row: dict[str, Any]) -> str:
    chance = "a key in common" if row["probability"] is None else f"{row['probability']:.0%}"
    told = f"{row['lead_id']} and {row['other_lead_id']} ({chance}): {row['sentence']}"
    each = (_person(row, ""), _person(row, "other_"))
    return "\n    ".join((told, *each))


def _person(row: dict[str, Any], whose: str) -> str:
    channels = [*(row[f"{whose}phones"] or ()), *(row[f"{whose}emails"] or ())]
    name = row[f"{whose}full_name"] or "nobody's name"
    return f"{row[f'{whose}lead_id']}: {', '.join((name, *channels))}"


def _decision_text(row: dict[str, Any]) -> str:
    said = "one person" if row["accepted"] else "two people"
    back = ", taken back" if row["taken_back_at"] else ""
    who = f"{row['decided_by']} on {row['decided_at']:%Y-%m-%d}"
    pair = f"{row['lead_id']} and {row['other_lead_id']}"
    return f"{row['decision_id']}: {pair} are {said} ({who}{back})"

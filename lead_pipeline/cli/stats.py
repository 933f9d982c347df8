"""How the work went, day by day."""

from contextlib import ExitStack

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import load_settings


@click.command()
@click.option(
    "--days",
    "most",
    type=click.IntRange(1, 3660),
    default=30,
    show_default=True,
    metavar="N",
    help="How many days to go back, today included.",
)
@as_json
def stats(most: int, as_json: bool) -> None:
    """Tell how the work went, day by day.

    Imports and their ends, new leads and duplicates, and how long it took from the arrival of a
    file to its end; notices that came up, and messages of them that arrived elsewhere. Days without
    a file or a notice are left out.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.stats_view import days_table
    from lead_pipeline.monitoring.days import days

    with ExitStack() as stack:
        found = days(open_session(stack, load_settings()), most)
    for day in found if as_json else ():
        echo(dumps(day.facts))
    if found and not as_json:
        console().print(days_table(found))
    elif not as_json:
        echo(f"no file came within {most} days")

"""The command that tells what is known of a person."""

from contextlib import ExitStack

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("who", metavar="PHONE|EMAIL|ID")
@as_json
def explain(who: str, as_json: bool) -> None:
    """Show all that is known of a person, and from where.

    That is every sighting: file, row, raw values, the rule that applied, outcome, lists checked.
    The person may be asked for by a phone in any spelling, a mail address, the number of a lead, or
    an external id. Also found are people that are no lead: suppressed, invalid, rejected, undone.
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.person_view import show_person
    from lead_pipeline.explain import explain as tell
    from lead_pipeline.imports.site import Site

    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        person = tell(session, Site(settings, open_bucket(settings.bucket_url)), who)
    if as_json:
        echo(dumps(person))
    else:
        show_person(console(), person)

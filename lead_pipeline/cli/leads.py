"""The commands about leads: what is known of one, and taking an import's leads back."""

import sys
from contextlib import ExitStack
from dataclasses import asdict

import click

from lead_pipeline.cli.session import as_json, console, open_session
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("who", metavar="PHONE|EMAIL|ID")
@as_json
def explain(who: str, as_json: bool) -> None:
    """Show every sighting of a person: file, row, raw values, rule, outcome, lists checked.

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
        click.echo(dumps(person))
    else:
        show_person(console(), person)


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def undo(import_: str, yes: bool, as_json: bool) -> None:
    """Take IMPORT back: the leads that only it has brought go, what it changed is as before.

    Leads that people have worked on and those that another import brought too are kept and listed.
    The file stays in the bucket.
    """
    from lead_pipeline import ledger
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.undo_view import foreseen_text, show_undone
    from lead_pipeline.imports.site import Site
    from lead_pipeline.imports.undo import undo_import
    from lead_pipeline.matching.foresee import foresee

    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        found = ledger.find(session, import_)
        if not yes:
            click.echo(foreseen_text(found, foresee(session, found)), err=True)
            if not sys.stdin.isatty():
                raise OperatorError("nothing was undone: say --yes to undo it without being asked")
            click.confirm("Undo it?", abort=True, err=True)
        site = Site(settings, open_bucket(settings.bucket_url))
        undone = undo_import(site, found.import_id)
    if as_json:
        for one in undone:
            click.echo(dumps(asdict(one) | {"removed": one.removed}))
    else:
        show_undone(console(), found, undone)

"""The command that takes an import back."""

import sys
from contextlib import ExitStack
from dataclasses import asdict

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def undo(import_: str, yes: bool, as_json: bool) -> None:
    """Take IMPORT back, as if it had never come.

    The leads that only it has brought go, and what it changed is as before. Leads that people have
    worked on and those that another import brought too are kept and listed. The file stays in the
    bucket. IMPORT is its number, or the name of its file if there is only one of that name.
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.references import only
    from lead_pipeline.cli.undo_view import foreseen_text, show_undone
    from lead_pipeline.imports.site import Site
    from lead_pipeline.imports.undo import undo_import
    from lead_pipeline.matching.foresee import foresee

    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        found = only(session, import_)
        if not yes:
            foreseen = foresee(session, found)
            if not as_json:
                echo(foreseen_text(found, foreseen), err=True)
            if as_json or not sys.stdin.isatty():
                raise OperatorError("nothing was undone: say --yes to undo it without being asked")
            click.confirm("Undo it?", abort=True, err=True)
        site = Site(settings, open_bucket(settings.bucket_url))
        undone = undo_import(site, found.import_id)
    if as_json:
        for one in undone:
            echo(dumps(asdict(one) | {"removed": one.removed}))
    else:
        show_undone(console(), found, undone)

"""The command that opens the database with psql."""

import os
from contextlib import ExitStack

import click

from lead_pipeline.cli.session import open_session
from lead_pipeline.settings import load_settings


@click.command(
    context_settings={
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
        "help_option_names": ["--help"],  # -h is psql's
    }
)
@click.argument("arguments", metavar="[ARGUMENTS OF PSQL]...", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open the database with psql.

    Be it the embedded one or that of LEADS_DATABASE_URL. What follows is passed on: `lead-pipeline
    psql -c 'SELECT * FROM leads_master'`, or `--csv` and `-o leads.csv` for a file. The password
    goes by the environment, never by the command line. psql comes with the embedded database.
    """
    from lead_pipeline.stack.programs import find_psql, psql_environment

    settings = load_settings()
    program = find_psql()
    with ExitStack() as stack:
        open_session(stack, settings)  # its fault is told in our words
    environment = os.environ | psql_environment(settings.database_url)
    environment.pop("PGSERVICE", None)  # it would win over what we say
    os.execve(program, [str(program), *arguments], environment)  # noqa: S606 - psql takes our place

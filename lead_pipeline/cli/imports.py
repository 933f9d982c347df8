"""The commands that look at imports."""

import csv
from contextlib import ExitStack
from typing import IO

import click

from lead_pipeline.cli.session import as_json, console, open_session
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("import_", metavar="[IMPORT]", required=False)
@click.option("--last", default=20, show_default=True, help="How many imports to list.")
@as_json
def status(import_: str | None, last: int, as_json: bool) -> None:
    """List the newest imports, or show one in detail (by number, file name or partition)."""
    from lead_pipeline import ledger
    from lead_pipeline.cli.import_view import imports_table, show_import
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.ledger.facts import import_facts
    from lead_pipeline.ledger.summaries import review

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if import_ is not None:
            found = [ledger.find(session, import_)]
        else:
            found = ledger.newest_imports(session, last)
        reviews = review(session, found)
    if as_json:
        for one in found:
            click.echo(dumps(import_facts(one, reviews.get(one.import_id))))
    elif import_ is not None:
        show_import(console(), found[0], reviews.get(found[0].import_id))
    elif found:
        console().print(imports_table(found))
    else:
        click.echo("no imports yet: drop a file into the bucket")


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="Write to this file instead of the terminal.",
)
@as_json
def errors(import_: str, output: IO[str], as_json: bool) -> None:
    """Print the rejected rows of IMPORT as CSV: the file's own columns, then why.

    The columns stand in their original order, followed by _row, _code and _reason.
    """
    from lead_pipeline import ledger
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.ledger.rejected_rows import error_rows

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        header, rows = error_rows(session, ledger.find(session, import_))
        if as_json:
            for row in rows:
                click.echo(dumps(dict(zip(header, row, strict=False))), file=output)
        else:
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

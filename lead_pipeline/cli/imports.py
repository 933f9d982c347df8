"""The commands that look at imports: their state, and their rejected rows."""

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from lead_pipeline.cli.options import as_json, open_output
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo, write_data
from lead_pipeline.settings import load_settings

_STDOUT = Path("-")


@click.command()
@click.argument("import_", metavar="[IMPORT]", required=False)
@click.option(
    "--last",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    metavar="N",
    help="How many imports to list.",
)
@as_json
def status(import_: str | None, last: int, as_json: bool) -> None:
    """List the newest imports, or show one in detail.

    IMPORT is its number, its file's name as you dropped it (list.csv, or Acme Leads/list.csv), or
    the object's key or partition. Of several with one name the newest is shown, and told.
    """
    from lead_pipeline import ledger
    from lead_pipeline.cli.hints import hint, next_step
    from lead_pipeline.cli.import_view import imports_table, show_import
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.references import newest
    from lead_pipeline.ledger.facts import import_facts
    from lead_pipeline.ledger.summaries import review

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if import_ is not None:
            found = [newest(session, import_)]
        else:
            found = ledger.newest_imports(session, last)
        reviews = review(session, found)
    if as_json:
        for one in found:
            echo(dumps(import_facts(one, reviews.get(one.import_id))))
    elif import_ is not None:
        (one,) = found
        show_import(console(), one, reviews.get(one.import_id))
        then = next_step(one)
        if then and then != f"lead-pipeline status {one.import_id}":
            hint(then)
    elif found:
        console().print(imports_table(found, console().width))
    else:
        echo("no imports yet: `lead-pipeline drop FILE` begins one")


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
)
@as_json
def errors(import_: str, output: Path, as_json: bool) -> None:
    """Print the rejected rows of IMPORT as CSV, each with why.

    The file's columns stand in their original order, followed by _row, _code and _reason. Mend the
    cells and bring the rows back with `lead-pipeline retry IMPORT FILE`. A cell that a spreadsheet
    would run as a formula has an apostrophe before it, which `retry` takes off again. IMPORT
    is its number or its file's name; of several with one name the newest is taken, and told.
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.hints import hint
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.references import newest
    from lead_pipeline.imports.rejected_rows import as_csv, error_rows
    from lead_pipeline.imports.site import Site

    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        found = newest(session, import_)
        site = Site(settings, open_bucket(settings.bucket_url))
        header, rows = error_rows(site, session, found)
        file = sys.stdout if output == _STDOUT else open_output(stack, output)
        if as_json:
            named = (dict(zip(header, row, strict=False)) for row in rows)
            write_data(file, (dumps(row) + "\n" for row in named))
        else:
            write_data(file, as_csv(header, rows))
    if output != _STDOUT and found.rows_rejected:
        hint(f"mend {output}, then lead-pipeline retry {found.import_id} {output}")

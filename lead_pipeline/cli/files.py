"""The commands that take files: into the bucket, or only a look at what would happen."""

import sys
from contextlib import ExitStack
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.cli.session import (
    FAILED,
    REJECTED_ROWS,
    a_file,
    a_price,
    as_json,
    choices_of,
    console,
    open_session,
    open_session_if_any,
    reading_options,
)
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection
    from lead_pipeline.intake.drop import Dropped


@click.command()
@click.argument("files", nargs=-1, required=True, type=a_file)
@click.option("--supplier", help="Who sold the list: the folder it goes to.")
@click.option("--cost", type=a_price, help="What one lead of it costs, such as 12.50.")
@click.option("--force-refresh", is_flag=True, help="Update known leads from the file.")
@click.option("--new-version", is_flag=True, help="Accept a known name with other content.")
@click.option("--dry-run", is_flag=True, help="Only count what would happen, and drop nothing.")
@click.option("--wait", is_flag=True, help="Show the progress until every file is done.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait at most.")
@reading_options
@as_json
def drop(
    files: tuple[Path, ...],
    supplier: str | None,
    cost: Decimal | None,
    force_refresh: bool,
    new_version: bool,
    dry_run: bool,
    wait: bool,
    timeout: float,
    as_json: bool,
    **reading: Any,
) -> int:
    """Put FILES into the bucket; the pipeline does the rest.

    Refused are files over the limit, empty ones, and those that are there already. Exits with 3 if
    rows were rejected (with --wait).
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.intake.drop import NOTHING_SAID, Request, drop_file

    if dry_run:
        return _dry_run(files, 0, supplier, force_refresh, as_json, reading)
    settings, choices = load_settings(), choices_of(reading)
    request = Request(cost, force_refresh)
    settings.make_own_bucket()
    bucket = open_bucket(settings.bucket_url)
    dropped, refused = [], 0
    with ExitStack() as stack:
        # Without a database the file waits in the bucket until the stack runs.
        needed = wait or bool(choices.stated) or request != NOTHING_SAID
        session = (open_session if needed else open_session_if_any)(stack, settings)
        for path in files:
            try:
                one = drop_file(
                    path,
                    bucket,
                    settings,
                    supplier=supplier,
                    new_version=new_version,
                    session=session,
                    choices=choices,
                    request=request,
                )
            except LeadPipelineError as error:
                click.echo(f"error: {error}", err=True)
                refused += 1
                continue
            dropped.append(one)
            if not wait:
                click.echo(dumps(asdict(one)) if as_json else f"dropped {one.object_key}")
        if session is None:
            if dropped:
                click.echo("nothing runs here yet: `lead-pipeline up` will import it", err=True)
        elif wait:
            code = _await(session, dropped, timeout, as_json)
            return FAILED if refused else code
    return FAILED if refused else 0


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.argument("file", type=a_file)
@click.option("--wait", is_flag=True, help="Show the progress until it is done.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait at most.")
@as_json
def retry(import_: str, file: Path, wait: bool, timeout: float, as_json: bool) -> int:
    """Import the mended rows in FILE as the rows of IMPORT that they were.

    FILE is what `lead-pipeline errors IMPORT -o FILE` wrote, with its cells mended; rows may be
    left out. Exits with 3 if rows were rejected again (with --wait).
    """
    from lead_pipeline import ledger
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.imports.retry import drop_mended

    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        bucket = open_bucket(settings.bucket_url)
        one = drop_mended(file, ledger.find(session, import_), session, bucket, settings)
        if wait:
            return _await(session, [one], timeout, as_json)
        click.echo(dumps(asdict(one)) if as_json else f"dropped {one.object_key}")
    return 0


def _await(session: "Connection", dropped: "list[Dropped]", timeout: float, as_json: bool) -> int:
    """Wait for imports, tell how each ended, and give the exit code."""
    from lead_pipeline.cli.import_view import outcome_line
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.progress import wait_for
    from lead_pipeline.ledger import Status
    from lead_pipeline.ledger.facts import import_facts
    from lead_pipeline.ledger.summaries import review

    codes = [0]
    for done in wait_for(session, dropped, timeout, show=not as_json):
        if as_json:
            click.echo(dumps(import_facts(done, review(session, [done]).get(done.import_id))))
        else:
            click.echo(outcome_line(done))
        if done.status is not Status.COMPLETED:
            codes.append(FAILED)
        elif done.rows_rejected:
            codes.append(REJECTED_ROWS)
    return FAILED if FAILED in codes else max(codes)


@click.command()
@click.argument("files", nargs=-1, required=True, type=a_file)
@click.option("--rows", default=10, show_default=True, help="Rows to show; 0 shows all.")
@click.option("--supplier", help="Read and map as settled for this supplier.")
@reading_options
@as_json
def preview(
    files: tuple[Path, ...], rows: int, supplier: str | None, as_json: bool, **reading: Any
) -> int:
    """Show what an import of FILES would do, and write nothing.

    Runs the code of a real import. Without a running stack nobody is matched against the database,
    and it says so. Exits with 3 if rows would be rejected.
    """
    return _dry_run(files, rows or None, supplier, False, as_json, reading)


def _dry_run(
    files: tuple[Path, ...],
    rows: int | None,
    supplier: str | None,
    force_refresh: bool,
    as_json: bool,
    reading: dict[str, Any],
) -> int:
    """Print a dry run of each file with its first `rows` rows, and give the exit code."""
    from lead_pipeline.choices.mappings import corrections
    from lead_pipeline.choices.reading import choices_for
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.preview_view import preview_json, show_preview
    from lead_pipeline.errors import BadFile
    from lead_pipeline.imports.preview import DryRun
    from lead_pipeline.imports.rehearsal import Rehearsal

    settings, code = load_settings(), 0
    with ExitStack() as stack:
        session = open_session_if_any(stack, settings)
        choices, settled = choices_of(reading), dict[str, Any]()
        if session is not None:
            choices = choices.over(choices_for(session, None, supplier))
            settled = {
                "overrides": partial(corrections, session, supplier=supplier),
                "rehearsal": Rehearsal(session, supplier, force_refresh),
            }
        for path in files:
            try:
                run = DryRun(path, settings, choices, **settled)
            except (BadFile, OSError) as error:
                code = FAILED
                if as_json and isinstance(error, BadFile):
                    fault = {"code": error.code, "reason": str(error)}
                    click.echo(dumps({"file": {"name": path.name}, "error": fault}))
                click.echo(f"error: {path}: {error}", err=True)
                continue
            if as_json:
                sys.stdout.writelines(preview_json(run, rows))
            else:
                show_preview(console(), run, rows)
            if run.counts["rows"]["rejected"] and code == 0:
                code = REJECTED_ROWS
    return code

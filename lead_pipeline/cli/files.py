"""The commands that take files: into the bucket, or only a look at what would happen."""

import sys
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click

from lead_pipeline.cli.session import (
    FAILED,
    REJECTED_ROWS,
    a_file,
    as_json,
    choices_of,
    console,
    open_session,
    open_session_if_any,
    reading_options,
)
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("files", nargs=-1, required=True, type=a_file)
@click.option("--supplier", help="Who sold the list: the folder it goes to.")
@click.option("--new-version", is_flag=True, help="Accept a known name with other content.")
@click.option("--wait", is_flag=True, help="Show the progress until every file is done.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait at most.")
@reading_options
@as_json
def drop(
    files: tuple[Path, ...],
    supplier: str | None,
    new_version: bool,
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
    from lead_pipeline.dropping import drop_file
    from lead_pipeline.ledger import Status
    from lead_pipeline.showing import as_json as dumps
    from lead_pipeline.showing import import_facts, outcome_line
    from lead_pipeline.watching import wait_for

    settings, choices = load_settings(), choices_of(reading)
    settings.make_own_bucket()
    bucket = open_bucket(settings.bucket_url)
    dropped, refused, code = [], 0, 0
    with ExitStack() as stack:
        # Without a database the file waits in the bucket until the stack runs.
        needed = wait or bool(choices.stated)
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
            for done in wait_for(session, dropped, timeout, show=not as_json):
                click.echo(dumps(import_facts(done)) if as_json else outcome_line(done))
                if done.status is not Status.COMPLETED:
                    refused += 1
                elif done.rows_rejected:
                    code = REJECTED_ROWS
    return FAILED if refused else code


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

    Runs the code of a real import. Exits with 3 if rows would be rejected.
    """
    from lead_pipeline.choices import choices_for, corrections
    from lead_pipeline.errors import BadFile
    from lead_pipeline.previewing import DryRun
    from lead_pipeline.showing import as_json as dumps
    from lead_pipeline.showing import preview_json, show_preview

    settings, code = load_settings(), 0
    with ExitStack() as stack:
        session = open_session_if_any(stack, settings)
        choices, settled = choices_of(reading), {}
        if session is not None:
            choices = choices.over(choices_for(session, None, supplier))
            settled = {"overrides": partial(corrections, session, supplier=supplier)}
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
                sys.stdout.writelines(preview_json(run, rows or None))
            else:
                show_preview(console(), run, rows or None)
            if run.counts["rows"]["rejected"] and code == 0:
                code = REJECTED_ROWS
    return code

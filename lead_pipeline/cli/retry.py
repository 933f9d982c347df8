"""The command that brings mended rows of an import back."""

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from lead_pipeline.cli.faults import about
from lead_pipeline.cli.options import a_file, as_json, timeout, wait
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.settings import load_settings


@click.command()
@click.argument("import_", metavar="IMPORT")
@click.argument("file", type=a_file)
@wait
@timeout
@as_json
def retry(import_: str, file: Path, wait: bool, timeout: int, as_json: bool) -> int:
    """Import mended rows as the rows of IMPORT that they were.

    FILE is what `lead-pipeline errors IMPORT -o FILE` wrote, with its cells mended; rows may be
    left out. IMPORT is its number, or the name of its file if there is only one of that name.
    Exits with 3 if rows were rejected again (with --wait).
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.cli.hints import hint
    from lead_pipeline.cli.references import only
    from lead_pipeline.cli.waiting import wait_and_tell
    from lead_pipeline.imports.retry import drop_mended
    from lead_pipeline.intake.files import require_file

    require_file(file)
    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        bucket = open_bucket(settings.bucket_url)
        found = only(session, import_)
        with about(file):
            one = drop_mended(file, found, session, bucket, settings)
        if wait:
            return wait_and_tell(session, [one], timeout, as_json)
    tell(as_json, asdict(one), f"dropped {one.object_key}")
    hint("lead-pipeline status")
    return 0

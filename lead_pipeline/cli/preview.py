"""The command that only looks: what an import of files would do."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.cli.faults import about, show_fault
from lead_pipeline.cli.options import MOST_ROWS, a_file, as_json, choices_of, reading_options
from lead_pipeline.cli.session import FAILED, REJECTED_ROWS, open_session_if_any
from lead_pipeline.cli.terminal import console, echo, write_data
from lead_pipeline.errors import BadFile, OperatorError
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.choices.reading import Choices
    from lead_pipeline.database import Connection
    from lead_pipeline.imports.preview import DryRun


@dataclass(frozen=True, slots=True)
class Look:
    """A file to be looked at: where it would go in the bucket, and whose it would be."""

    path: Path
    folder: str | None
    supplier: str | None


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=a_file)
@click.option(
    "--rows",
    type=click.IntRange(0, MOST_ROWS),
    default=10,
    show_default=True,
    help="Rows to show; 0 shows all.",
)
@click.option("--supplier", help="Read and map as settled for this supplier.")
@reading_options
@as_json
def preview(
    files: tuple[Path, ...], rows: int, supplier: str | None, as_json: bool, **reading: Any
) -> int:
    """Show what an import would do, and write nothing.

    Runs the code of a real import. Without a running stack nobody is matched against the database,
    and it says so. Exits with 3 if rows would be rejected.
    """
    looks = [Look(path, supplier, supplier) for path in files]
    return show_dry_runs(looks, rows or None, False, as_json, reading)


def show_dry_runs(
    looks: Sequence[Look],
    rows: int | None,
    force_refresh: bool,
    as_json: bool,
    reading: dict[str, Any],
) -> int:
    """Print a dry run of each file with its first `rows` rows, and give the exit code."""
    from lead_pipeline.cli.hints import hint
    from lead_pipeline.cli.preview_view import show_preview
    from lead_pipeline.imports.documents import preview_json

    codes = [0]
    with ExitStack() as stack:
        session = open_session_if_any(stack, load_settings())
        for look in looks:
            run = _dry_run(look, session, choices_of(reading), force_refresh, as_json)
            if run is None:
                codes.append(FAILED)
                continue
            if as_json:
                write_data(sys.stdout, preview_json(run, rows))
            else:
                show_preview(console(), run, rows)
            if run.counts["rows"]["rejected"]:
                codes.append(REJECTED_ROWS)
    if codes == [0]:
        hint("lead-pipeline drop " + " ".join(_quoted(look.path) for look in looks))
    return FAILED if FAILED in codes else max(codes)


def _dry_run(
    look: Look,
    session: "Connection | None",
    choices: "Choices",
    force_refresh: bool,
    as_json: bool,
) -> "DryRun | None":
    """A dry run of one file; a fault is told."""
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.imports.looks import look_at_file
    from lead_pipeline.intake.files import require_file

    settings = load_settings()
    try:
        require_file(look.path)
        with about(look.path):
            return look_at_file(
                look.path, settings, session, look.supplier, choices, force_refresh=force_refresh
            )
    except (BadFile, OperatorError) as error:
        if as_json and isinstance(error, BadFile):  # what an import would say of it is data
            fault = {"code": error.code, "reason": error.reason}
            echo(dumps({"file": {"name": look.path.name}, "error": fault}))
        show_fault(error)
    return None


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))

"""The command about Dagster's partitions: to make it forget the old ones."""

from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from lead_pipeline.cli.options import as_json, days
from lead_pipeline.cli.output import counted, tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console
from lead_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection
    from lead_pipeline.intake.retire import Partitions


@click.command()
@click.option(
    "--older-than",
    metavar="DAYS",
    type=days,
    help="Retire the partitions of imports that ended longer ago.",
)
@click.option("--dry-run", is_flag=True, help="Only count them.")
@click.option(
    "--restore",
    metavar="IMPORT",
    help="Give IMPORT (its number, or its file's name) its partition back instead.",
)
@as_json
def retire(older_than: int | None, dry_run: bool, restore: str | None, as_json: bool) -> None:
    """Let Dagster forget the partitions of old imports.

    Its pages stay quick then. Only the keys go. The ledger, the archive and the leads stay, and
    `status`, `errors`, `explain` and `undo` know the imports as before. May be stopped and run
    again.
    """
    if (older_than is None) == (restore is None):
        raise click.UsageError("give either --older-than or --restore")
    if restore is not None and dry_run:
        raise click.UsageError("--dry-run goes with --older-than")
    settings = load_settings()
    with ExitStack() as stack:
        session = open_session(stack, settings)
        partitions = _partitions(settings)
        if restore is not None:
            _restore(session, partitions, restore, as_json)
        elif older_than is not None:
            _retire(session, partitions, older_than, dry_run, as_json)


def _partitions(settings: Settings) -> "Partitions":
    """Those that Dagster's storage has; the instance around it is not needed."""
    from lead_pipeline.defs.partitions import KnownPartitions
    from lead_pipeline.stack.storage import LeadStorage

    return KnownPartitions(LeadStorage(settings.dagster_database_url).event_log_storage)


def _retire(
    session: "Connection", partitions: "Partitions", days: int, dry_run: bool, as_json: bool
) -> None:
    from lead_pipeline.intake.retire import Retired, retire

    done, before = Retired(), datetime.now(UTC) - timedelta(days=days)
    with console(stderr=True).status("looking at the partitions") as status:
        for done in retire(session, partitions, before, dry_run=dry_run):
            status.update(f"{done.retired:,} retired, {done.kept:,} kept")
    would = "would be " if dry_run else ""
    tell(
        as_json,
        asdict(done) | {"ended_before": before, "dry_run": dry_run},
        f"{counted(done.retired, 'partition')} {would}retired, {done.kept:,} kept",
    )


def _restore(
    session: "Connection", partitions: "Partitions", reference: str, as_json: bool
) -> None:
    from lead_pipeline.cli.references import only
    from lead_pipeline.intake.retire import restore

    found = only(session, reference)
    key = restore(partitions, found)
    told = {"import_id": found.import_id, "partition_key": key}
    tell(as_json, told, f"{key} can be materialized again")

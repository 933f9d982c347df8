"""What to type next, after each outcome: one short line on stderr, for people only."""

from lead_pipeline.cli.faults import json_is_asked
from lead_pipeline.cli.terminal import echo
from lead_pipeline.ledger import Import, Status

_PEOPLE = "SELECT contact_name, emails, phones FROM"


def hint(command: str) -> None:
    """Name the next command, unless a program reads along."""
    if not json_is_asked():
        echo(f"  next: {command}", err=True)


def next_step(one: Import) -> str | None:
    """The next command after an import came to this end; None while it is under way."""
    match one.status:
        case Status.COMPLETED if one.rows_rejected:
            return f"lead-pipeline errors {one.import_id} -o rejected.csv"
        case Status.COMPLETED:
            return f"lead-pipeline psql -c '{_PEOPLE} archive.{one.archive_table}'"
        case Status.FAILED:
            return f"mend what the reason names, then: lead-pipeline again {one.import_id}"
        case Status.HELD:
            return f"lead-pipeline review {one.import_id}"
        case Status.DUPLICATE if one.duplicate_of:
            return f"lead-pipeline status {one.duplicate_of}"
        case Status.REJECTED:
            return "mend the file and drop it again (`lead-pipeline preview FILE` looks first)"
        case _:
            return None

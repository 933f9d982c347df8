"""How undoing an import looks on a terminal: before it is asked for, and after."""

from rich.console import Console
from rich.markup import escape

from lead_pipeline.cli.output import counted
from lead_pipeline.ledger import Import
from lead_pipeline.matching.foresee import Foreseen
from lead_pipeline.matching.undo import Kept, Undone

MOST_KEPT = 50
"""How many kept leads are listed; all are in the JSON."""


def foreseen_text(import_: Import, foreseen: Foreseen) -> str:
    """What undoing an import would do, before it is asked for."""
    founded = counted(foreseen.founded, "lead")
    lines = [
        f"import {import_.import_id} ({import_.object_key}) has founded {founded}",
        f"  {foreseen.removed:,} of them go, which nothing else has brought",
        f"  {foreseen.worked_on:,} stay, since people have worked on them",
        f"  {foreseen.shared:,} stay, since another import brought them too",
        f"{counted(foreseen.seen, 'sighting')} of other leads are taken out of them",
        f"  {foreseen.updated:,} of which had updated the lead, which is as before then",
    ]
    if foreseen.feedback:
        lines.append(
            f"{counted(foreseen.feedback, 'row')} of feedback are taken back: attempts, returns, "
            "and the status where it set the last; who opted out stays so"
        )
    if foreseen.retries:
        numbers = ", ".join(map(str, foreseen.retries))
        lines.append(f"its mended rows go with it (import {numbers}; counted in)")
    return "\n".join(lines)


def show_undone(console: Console, import_: Import, undone: list[Undone]) -> None:
    """What undoing an import did, and how to import its file again."""
    for one in undone:
        console.print(
            f"import {one.import_id} is undone: {counted(one.removed, 'lead')} removed, "
            f"{counted(one.seen, 'sighting')} taken out of other leads, "
            f"{counted(len(one.kept), 'lead')} kept"
        )
        if one.feedback:
            console.print(
                f"  {counted(one.feedback, 'row')} of feedback taken back; who opted out stays so"
            )
        for kept in one.kept[:MOST_KEPT]:
            console.print(f"  lead {kept.lead_id}: {escape(_kept_text(kept))}")
        if len(one.kept) > MOST_KEPT:
            console.print(f"  and {len(one.kept) - MOST_KEPT:,} more (--json lists them all)")
    console.print(
        f"{escape(import_.object_key)} stays in the bucket; to import it again, drop the file again"
    )


def _kept_text(kept: Kept) -> str:
    if not kept.worked_on:
        return f"is of import {kept.import_id} now ({kept.object_key})"
    assigned = f", assigned to {kept.assigned_to}" if kept.assigned_to else ""
    return f"people have worked on it (status {kept.status}{assigned})"

"""How a dry run looks on a terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from lead_pipeline.cli.import_view import columns_table
from lead_pipeline.cli.output import counted
from lead_pipeline.imports.preview import DryRun


def show_preview(console: Console, run: DryRun, rows: int | None) -> None:
    """A dry run: the file, its columns, its first rows, its counts."""
    found = run.head
    file = found["file"]
    console.print(
        f"[bold]{escape(file['name'])}[/bold]  {counted(file['rows'], 'row')}, "
        f"profile {found['profile']}, region {found['region']}, {file['kind']}, "
        f"{file['encoding']}, "
        f"delimiter {file['delimiter']!r}, header in row {file['header_row']}"
    )
    for problem in file["problems"][:20]:
        console.print(f"[yellow]note[/yellow] {escape(problem['message'])}")
    console.print(columns_table(found["columns"], console.width))
    for row in run.rows(rows):
        reason = f" [red]{escape(row['reason'])}[/red]" if row["reason"] else ""
        console.print(f"row {row['row']}: {row['outcome']}{reason}")
        for contact in row["contacts"]:
            lead = contact["lead"]
            facts = (lead["full_name"], lead["email"], lead["phone_e164"], contact["reason"])
            told = ", ".join(escape(fact) for fact in facts if fact)
            console.print(f"    {contact['role']}: {contact['outcome']}: {told}")
    for what, counts in run.counts.items():
        told = ", ".join(f"{name} {n:,}" for name, n in counts.items() if n)
        console.print(f"{what}: {told or 'none'}")
    console.print(_quality_text(run.quality))
    for doubt in run.doubts:
        console.print(f"[yellow]doubt[/yellow] {escape(doubt['message'])}")
    console.print(f"[dim]{found['matching']}[/dim]")


def _quality_text(quality: dict[str, Any]) -> str:
    """How many of the filled cells are valid, and what the new leads would cost."""
    parts = [
        f"{quality[what]['valid']:,} of {quality[what]['filled']:,} {what}"
        for what in ("phones", "mails", "addresses")
        if quality[what]["filled"]
    ]
    cost = quality["estimated_cost"]
    told = f"valid: {', '.join(parts) or 'nothing'}"
    return told if cost is None else f"{told}; estimated cost {cost}"

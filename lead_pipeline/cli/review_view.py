"""How an import that waits for a person looks on a terminal."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lead_pipeline.cli.import_view import show_import
from lead_pipeline.ledger import Import


def show_held(console: Console, import_: Import, contacts: Sequence[dict[str, Any]]) -> None:
    """Why it waits, all that is known of it, what its first contacts have become, what to do."""
    for reason in import_.held_for or ():
        console.print(f"[magenta]held[/magenta] {escape(reason['message'])}")
    show_import(console, import_)
    console.print()
    console.print(_contacts_table(contacts))
    number = import_.import_id
    console.print(
        f"\n`lead-pipeline confirm {number}` lets it count so, `lead-pipeline discard {number}` "
        f"ends it;\n`lead-pipeline again {number}` reads it once more, after `mappings set "
        f"{number} COLUMN FIELD` or `reading set`."
    )


def _contacts_table(contacts: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("row", "contact", "name", "mails", "phones"):
        table.add_column(title, overflow="fold")
    for one in contacts:
        channels = (", ".join(one[name] or ()) for name in ("emails", "phones"))
        texts = (one["role"], one["full_name"] or "-", *channels)
        table.add_row(str(one["row"]), *(escape(text) for text in texts))
    return table

"""The command that lists the fields which columns of files may feed."""

from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.terminal import console, echo

if TYPE_CHECKING:
    from rich.table import Table

_SPELLINGS = 4


@click.command()
@click.argument("word", required=False)
@as_json
def fields(word: str | None, as_json: bool) -> None:
    """List the fields that a column may feed.

    Each with its name, its kind, what it is, and some spellings of its header. WORD keeps those
    that have it in their name, description or spellings. A field's name is what `lead-pipeline
    mappings set` takes. Numbered fields stand in one line: phone_2-5.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.errors import OperatorError
    from lead_pipeline.fields.search import search_fields

    found = search_fields(word)
    if not found:
        raise OperatorError(f"no field has {word!r} in its name, description or spellings")
    for field in found if as_json else ():
        echo(dumps(field))
    if not as_json:
        terminal = console()
        terminal.print(_table(found, terminal.width))


def _table(found: list[dict[str, Any]], width: int) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    from lead_pipeline.cli.folded import fold
    from lead_pipeline.cli.output import shortened

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("field", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("description (spellings)", overflow="fold")
    lines = [(field["name"], field["kind"], field["description"]) for field in found]
    for line in fold(lines):
        name, kind, description = line.cells
        spellings = ", ".join(found[line.places[0]]["aliases"][:_SPELLINGS])
        alone = len(line.places) == 1 and spellings
        also = f" [dim]({escape(spellings)})[/dim]" if alone else ""
        table.add_row(shortened(name, max(20, width // 3)), kind, escape(description) + also)
    return table

"""How imports look on a terminal. No command is defined here and nothing is decided."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lead_pipeline.cli.folded import fold
from lead_pipeline.cli.output import counted, shortened, when
from lead_pipeline.ledger import Import, Status
from lead_pipeline.ledger.doubts import doubtful_columns
from lead_pipeline.ledger.facts import seconds_taken
from lead_pipeline.ledger.summaries import Review

_COLORS = {
    Status.COMPLETED: "green",
    Status.DUPLICATE: "yellow",
    Status.REJECTED: "red",
    Status.FAILED: "red",
    Status.UNDONE: "yellow",
    Status.HELD: "magenta",
}

_WIDE = 100  # columns of a terminal from which on dates have their year
_NARROW_NAME = 16  # columns of a name below that, in two lines if need be
_BESIDE_COLUMNS = 24  # what the columns table takes beside headers and fields


def imports_table(imports: list[Import], width: int) -> Table:
    """Fits into `width` columns: what did not happen is left out, other counts may wrap."""
    wide = width >= _WIDE
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("import", justify="right", no_wrap=True)
    for title in ("file", "status", "completed"):
        table.add_column(title, no_wrap=True)
    table.add_column("rows")
    table.add_column("contacts")
    for one in imports:
        name = shortened(dropped_name(one), width // 3 if wide else 2 * _NARROW_NAME)
        table.add_row(
            str(one.import_id),
            escape(name if wide else "\n".join(wrap(name, _NARROW_NAME))),
            status_text(one),
            when(one.completed_at, "%Y-%m-%d %H:%M %Z" if wide else "%m-%d %H:%M %Z"),
            _rows_text(one),
            _happened(one.contact_outcomes).replace(" duplicate", ""),
        )
    return table


def dropped_name(import_: Import) -> str:
    """The file as people know it: the object's key without the hash that a drop gave it."""
    folders, slash, name = import_.object_key.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    return f"{folders}{slash}{stem.removesuffix(f'_{import_.hash}')}{dot}{ending}"


def _rows_text(import_: Import) -> str:
    """All rows, and those that gave no contact."""
    lost = {name: count for name, count in import_.row_outcomes.items() if name != "contacts"}
    told = _happened(lost)
    return _count(import_.rows_read) + (f", {told}" if told else "")


def _happened(outcomes: dict[str, int]) -> str:
    """The outcomes that there were."""
    return ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in outcomes.items() if count
    )


def status_text(import_: Import) -> str:
    color = _COLORS.get(import_.status, "cyan")
    return f"[{color}]{import_.status}[/{color}]"


def show_import(console: Console, import_: Import, review: Review | None = None) -> None:
    """One import in detail: its steps, its outcomes, the lists that it was checked against."""
    grid = Table.grid(padding=(0, 2))
    for name, value in _detail(import_, review):
        grid.add_row(f"[bold]{name}[/bold]", value if name == "status" else escape(value))
    console.print(grid)
    if import_.columns:
        console.print()
        console.print(columns_table(import_.columns, console.width))


def outcome_line(one: Import) -> str:
    """How an import ended, in one line."""
    if one.status is not Status.COMPLETED:
        return f"import {one.import_id}: {one.object_key}: {one.status}, {one.error}"
    return (
        f"import {one.import_id}: {one.object_key}: {counted(one.rows_read or 0, 'row')} "
        f"({_happened(one.row_outcomes)}), {counted(one.contacts_found or 0, 'contact')} "
        f"({_happened(one.contact_outcomes) or 'none'}) in {seconds_taken(one) or 0:.1f} s"
    )


def columns_table(columns: list[dict[str, Any]], width: int) -> Table:
    """What each column feeds; columns that differ in their numbers only are one line."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("column", "field", "confidence", "how"):
        table.add_column(title, no_wrap=True)
    most = max(16, (width - _BESIDE_COLUMNS) // 2)
    lines = [(c["header"], c["field"] or f"extra: {c['extra_key']}", c["how"]) for c in columns]
    for line in fold(lines):
        held = [columns[place] for place in line.places]
        header, field, how = line.cells
        many = f" ({len(held)})" if len(held) > 1 else ""
        told = escape(shortened(field, most))
        table.add_row(
            escape(shortened(header, most - len(many)) + many),
            told if held[0]["field"] else f"[dim]{told}[/dim]",
            f"{min(c['confidence'] for c in held):.2f}",
            how,
        )
    return table


def _detail(one: Import, review: Review | None) -> list[tuple[str, str]]:
    layout = one.layout or {}
    how = ", ".join(
        f"{name} {layout[name]!r}"
        for name in ("kind", "encoding", "delimiter", "header_row", "sheet")
        if layout.get(name) is not None
    )
    lines = [
        ("import", f"{one.import_id} (attempt {one.attempt})"),
        ("file", f"{one.object_key}, {one.bytes:,} bytes"),
        ("partition", one.partition_key or "-"),
        ("status", status_text(one)),
        ("reason", one.error or "-"),
        ("profile", f"{one.profile or '-'}; {how or '-'}"),
        ("region", one.region or "-"),
        ("source", f"{one.source or '-'} ({one.source_type or '-'})"),
        ("supplier", f"{one.supplier or '-'}; cost per lead {_cost(one)}"),
        ("seen", _moment(one.seen_at)),
        ("loaded", f"{_moment(one.loaded_at)}  {_counted(one.rows_read, 'row')}"),
        ("normalized", f"{_moment(one.normalized_at)}  {_counted(one.contacts_found, 'contact')}"),
        *_review(one),
        ("archived", f"{_moment(one.archived_at)}  {one.archive_table or ''}"),
        ("completed", _moment(one.completed_at)),
        ("rows", ", ".join(f"{name} {count:,}" for name, count in one.row_outcomes.items())),
        ("contacts", ", ".join(f"{n} {count:,}" for n, count in one.contact_outcomes.items())),
        *_circumstances(one, review),
    ]
    problems = layout.get("problems") or []
    lines += [("changed", sentence) for sentence in one.drift or ()]
    lines += [("doubt", column.doubt) for column in doubtful_columns(one)]
    return lines + [("note", problem["message"]) for problem in problems[:20]]


def _review(one: Import) -> Iterator[tuple[str, str]]:
    """What a person had to do with it before it counted."""
    if one.held_at:
        yield "held", _moment(one.held_at)
    if one.confirmed_at:
        yield "confirmed", f"{_moment(one.confirmed_at)}  by {one.confirmed_by}"


def _circumstances(one: Import, review: Review | None) -> Iterator[tuple[str, str]]:
    """What does not hold for every import."""
    if review:
        counts = asdict(review.summary)
        yield "summary", ", ".join(f"{n.replace('_', ' ')} {c:,}" for n, c in counts.items())
        if review.rows_retried:
            yield "retried", f"{review.rows_retried:,} rejected rows came again, mended"
    if one.retry_of:
        yield "retry of", f"import {one.retry_of}"
    if one.force_refresh:
        yield "refresh", "known leads were updated from the file (--force-refresh)"
    for checked in one.dnc_lists or ():
        yield "checked", checked_text(checked, one.archived_at)
    if one.undone_at:
        yield "undone", _moment(one.undone_at)


def checked_text(checked: dict[str, Any], at: datetime | None) -> str:
    """A do-not-call list that an import was checked against: version, age at the check, hits."""
    version = f", version {checked['version']}" if checked["version"] is not None else ""
    age = f", {(at - datetime.fromisoformat(checked['as_of'])).days} days old" if at else ""
    return (
        f"{checked['list_name']} ({checked['kind']}){version}{age}: "
        f"{checked['entries']:,} entries, {checked['hits']:,} taken away"
    )


def _cost(import_: Import) -> str:
    return "-" if import_.cost_per_lead is None else str(import_.cost_per_lead)


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _counted(value: int | None, noun: str) -> str:
    return "-" if value is None else counted(value, noun)


def _moment(moment: datetime | None) -> str:
    """With seconds, for the steps of an import are that near to one another."""
    return when(moment, "%Y-%m-%d %H:%M:%S %Z")

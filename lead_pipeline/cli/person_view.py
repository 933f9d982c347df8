"""How what is known of a person looks on a terminal."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from lead_pipeline.cli.output import when
from lead_pipeline.explain.rules import in_words
from lead_pipeline.matching.sightings import Key

Row = dict[str, Any]

_COLORS = {"new": "green", "updated": "green", "suppressed": "red", "invalid": "red",
           "rejected": "red", "undone": "yellow"}  # fmt: skip


def show_person(console: Console, person: Row) -> None:
    """Everything that is known of one person (explain/): the leads, then every sighting."""
    for lead in person["leads"]:
        _show_block(console, f"[bold]lead {lead['lead_id']}[/bold]", _lead_lines(lead))
    listed = [("do-not-call", _listed_text(one)) for one in person["do_not_call"]]
    if listed:
        _show_block(console, "[bold red]on do-not-call lists now[/bold red]", listed)
    for one in person["sightings"]:
        color = _COLORS.get(one["outcome"], "cyan")
        contact = f", {one['role']}" if one["role"] else ""
        title = (
            f"[bold]import {one['import_id']}, row {one['row']}[/bold]{escape(contact)}: "
            f"[{color}]{one['outcome'].replace('_', ' ')}[/{color}]"
        )
        _show_block(console, title, _sighting_lines(one))
    if person["more_by_text"]:
        console.print("[dim]The search of text was cut off: there may be more such rows.[/dim]")


def _show_block(console: Console, title: str, lines: Iterable[tuple[str, str]]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name, text in lines:
        grid.add_row(f"[dim]{name}[/dim]", escape(text))
    console.print(title)
    console.print(Padding(grid, (0, 0, 1, 2), expand=False))


def _lead_lines(lead: Row) -> Iterator[tuple[str, str]]:
    channels = [*(lead["phones"] or ()), *(lead["emails"] or ())]
    yield "person", ", ".join(t for t in (lead["full_name"], *channels) if t) or "-"
    assigned = f", assigned to {lead['assigned_to']}" if lead["assigned_to"] else ""
    yield "status", f"{lead['status']}{assigned}, {lead['total_attempts']} attempts"
    if lead["suppressed_at"]:
        yield "suppressed", f"nobody may be reached any more, since {when(lead['suppressed_at'])}"
    for source in lead["sources"]:
        which = "primary" if source["is_primary"] else "further"
        number = f", external id {source['external_id']}" if source["external_id"] else ""
        told = f"{source['source']} ({source['source_type']}), {which}{number}"
        yield "source", f"{told}, {when(source['received_at'])}, import {source['import_id']}"
    for key in lead["keys"]:
        yield "key", _key_text(key, lead["lead_id"])
    for one in lead["possible_duplicates"]:
        other = one["other_lead_id"] if one["lead_id"] == lead["lead_id"] else one["lead_id"]
        yield "maybe", f"the same as lead {other}: {one['sentence']}"
    for one in lead["changes"]:
        yield "changed", change_text(one)


def change_text(change: Row) -> str:
    """Such as `status: New became Called, 2026-05-01 12:00 UTC by ann`."""
    old, new = (change[name] or "nothing" for name in ("old_value", "new_value"))
    made = f"{when(change['changed_at'])} by {change['changed_by']}"
    return f"{change['field']}: {old} became {new}, {made}"


def _key_text(key: Row, lead_id: int) -> str:
    told = in_words(Key(key["kind"], key["value"]))
    if key["lead_id"] is None:
        return f"{told} (nobody's)"
    return told if key["lead_id"] == lead_id else f"{told} (of lead {key['lead_id']})"


def _sighting_lines(one: Row) -> Iterator[tuple[str, str]]:
    yield "file", one["file"] + (f" (undone {when(one['undone_at'])})" if one["undone_at"] else "")
    yield "rule", one["rule"] + (" (found by its text only)" if one["by_text"] else "")
    if one["retried_by"]:
        yield "mended", f"the row came again, in import {one['retried_by']}"
    if one["lead_id"]:
        yield "lead", str(one["lead_id"])
    cost = "-" if one["cost_per_lead"] is None else one["cost_per_lead"]
    bought = f"supplier {one['supplier'] or '-'}, cost per lead {cost}"
    yield "from", f"{one['source'] or '-'} ({one['source_type'] or '-'}), {bought}"
    yield "came", when(one["event_time"])
    yield from _value_lines(one)
    for hit in one["do_not_call"]["hits"]:
        age = f", {hit['age_days']} days old when checked on {when(hit['checked_at'])}"
        yield "taken away", f"{hit['channel']} {hit['value']}: {hit['reason']}{age}"
    checked = [
        f"{c['list_name']} {c['version'] or ''}".strip() for c in one["do_not_call"]["checked"]
    ]
    if checked:
        yield "checked", ", ".join(checked)


def _value_lines(one: Row) -> Iterator[tuple[str, str]]:
    """The cells as they stand in the file, or as the archive has them, and what was changed."""
    if one["raw"] is None:
        yield "raw", f"not to be had: {one['raw_missing']}"
        for name, value in one["contact"].items():
            yield "archive", f"{name}: {value}"
        return
    for cell in one["raw"]:
        if cell["value"] is not None:
            yield "raw", f"{cell['column']}: {cell['value']}"
    for change in one["changes"] or ():
        clean = "gives no value" if change["clean"] is None else f"is {change['clean']}"
        yield "changed", f"{change['column']}: {change['raw']!r} {clean}"


def _listed_text(one: Row) -> str:
    why = f": {one['reason']}" if one["reason"] else ""
    campaign = f" for campaign {one['campaign']}" if one["campaign"] else ""
    return (
        f"{one['channel']} {one['value']} on {one['list_name']} ({one['kind']}{campaign}), since "
        f"version {one['since_version']} of {when(one['since'])}{why}"
    )

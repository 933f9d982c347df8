"""How people, sources and suppliers look on a terminal. Imports are shown by showing.py."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from lead_pipeline.explaining.rules import in_words
from lead_pipeline.ledger import Import
from lead_pipeline.matching.foreseeing import Foreseen
from lead_pipeline.matching.sightings import Key
from lead_pipeline.matching.undoing import Kept, Undone
from lead_pipeline.showing import counted

Row = dict[str, Any]

MOST_KEPT = 50
"""How many kept leads are listed; all are in the JSON."""
_COLORS = {"new": "green", "updated": "green", "suppressed": "red", "invalid": "red",
           "rejected": "red", "undone": "yellow"}  # fmt: skip


def show_person(console: Console, person: Row) -> None:
    """Everything that is known of one person (explaining/): the leads, then every sighting."""
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
        yield "suppressed", f"nobody may be reached any more, since {_when(lead['suppressed_at'])}"
    for source in lead["sources"]:
        which = "primary" if source["is_primary"] else "further"
        number = f", external id {source['external_id']}" if source["external_id"] else ""
        told = f"{source['source']} ({source['source_type']}), {which}{number}"
        yield "source", f"{told}, {_when(source['received_at'])}, import {source['import_id']}"
    for key in lead["keys"]:
        yield "key", _key_text(key, lead["lead_id"])
    for one in lead["possible_duplicates"]:
        other = one["other_lead_id"] if one["lead_id"] == lead["lead_id"] else one["lead_id"]
        place = f"import {one['import_id']} row {one['row_number']}"
        yield (
            "maybe",
            f"the same as lead {other}, by {in_words(Key(one['kind'], one['value']))} in {place}",
        )


def _key_text(key: Row, lead_id: int) -> str:
    told = in_words(Key(key["kind"], key["value"]))
    if key["lead_id"] is None:
        return f"{told} (nobody's)"
    return told if key["lead_id"] == lead_id else f"{told} (of lead {key['lead_id']})"


def _sighting_lines(one: Row) -> Iterator[tuple[str, str]]:
    yield "file", one["file"] + (f" (undone {_when(one['undone_at'])})" if one["undone_at"] else "")
    yield "rule", one["rule"] + (" (found by its text only)" if one["by_text"] else "")
    if one["retried_by"]:
        yield "mended", f"the row came again, in import {one['retried_by']}"
    if one["lead_id"]:
        yield "lead", str(one["lead_id"])
    cost = "-" if one["cost_per_lead"] is None else one["cost_per_lead"]
    bought = f"supplier {one['supplier'] or '-'}, cost per lead {cost}"
    yield "from", f"{one['source'] or '-'} ({one['source_type'] or '-'}), {bought}"
    yield "came", _when(one["event_time"])
    yield from _value_lines(one)
    for hit in one["do_not_call"]["hits"]:
        age = f", {hit['age_days']} days old when checked on {_when(hit['checked_at'])}"
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
        f"version {one['since_version']} of {_when(one['since'])}{why}"
    )


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


def sources_table(sources: list[Row]) -> Table:
    table = _table("source", "sub-source", total="total", today="today")
    for one in sources:
        counts = (one["total_leads_count"], one["todays_leads_count"])
        names = (escape(one["display_name"]), escape(one["source_type"]))
        table.add_row(*names, *(f"{count:,}" for count in counts))
    return table


def suppliers_table(suppliers: list[Row]) -> Table:
    table = _table("supplier", "terms", imports="imports", contacts="contacts", leads="new leads")
    for one in suppliers:
        counts = (f"{one[name]:,}" for name in ("imports", "contacts", "leads"))
        table.add_row(escape(one["supplier"]), escape(terms_text(one)), *counts)
    return table


def terms_text(supplier: Row) -> str:
    """What is agreed with a supplier, in one line."""
    cost = supplier["cost_per_lead"]
    days = supplier["lookback_days"]
    looks = f"seen in the last {days} days" if days else "seen before"
    by = {
        "supplier": "by this supplier",
        "source": "by the file's source",
        "everywhere": "by anybody",
    }[supplier["scope"]]
    return (
        f"{'no price' if cost is None else f'{cost} a lead'}; a duplicate is who was {looks} {by}"
    )


def _table(*texts: str, **numbers: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in texts:
        table.add_column(title, overflow="fold")
    for title in numbers.values():
        table.add_column(title, justify="right", no_wrap=True)
    return table


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")

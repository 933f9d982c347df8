"""The whole story of one person as plain data, ready for JSON; how it looks is the shell's part."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.explain.find import Finder, Found, Row, RowPlace, as_places, owners
from lead_pipeline.explain.rules import Rule, applied, keys_of
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.company_phones import company_phones
from lead_pipeline.imports.raw_rows import Cells, RawRows, read_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.trace import changes, sources_of
from lead_pipeline.leads.changes import NoSuchLead, changes_of, version_of
from lead_pipeline.leads.question import Asked, read_question
from lead_pipeline.ledger import Import
from lead_pipeline.matching.sightings import Key, Place
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.settings import Settings

Document = dict[str, Any]
Imports = Mapping[int, Import]


def explain(session: Connection, site: Site, text: str) -> Document:
    """Everything about the person of a phone, a mail address, a lead's number or an external id.

    `leads` has every lead that it may be, `sightings` every contact and rejected row in their
    order, `do_not_call` the lists that the person is on now. A lead's `changes` are those that
    people made, its `version` is another after the next one. `by_text` marks what only a search of
    text found; `more_by_text` tells that it was cut off.

    Raises:
        OperatorError: nothing was found.
    """
    asked = read_question(text, site.settings.default_region)
    found = Finder(session, asked).find()
    if not (found.leads or found.facts or found.rejected):
        raise OperatorError(_nobody(session, asked))
    asked_for = {"text": asked.text, "read_as": asked.read_as}
    return {"asked": asked_for} | _story(session, site, asked, found)


def explain_lead(session: Connection, site: Site, lead_id: int) -> Document:
    """The same of one lead by its number, found by its keys alone.

    Raises:
        NoSuchLead: it is not there (any more).
    """
    asked = Asked(str(lead_id), lead_id=lead_id)
    told = _story(session, site, asked, Finder(session, asked).find_lead(lead_id))
    if not told["leads"]:
        raise NoSuchLead(f"there is no lead {lead_id}")
    return told


def _story(session: Connection, site: Site, asked: Asked, found: Found) -> Document:
    numbers = {place.import_id for place in found.facts} | {i for i, _ in found.rejected}
    imports = {number: ledger.get(session, number) for number in sorted(numbers)}
    return {
        "leads": _leads(session, found, imports),
        "do_not_call": _listings(session, asked, found),
        "sightings": _sightings(session, site, found, imports),
        "more_by_text": found.cut,
    }


def _nobody(session: Connection, asked: Asked) -> str:
    told = f"nobody is known as {asked.text!r} ({', '.join(asked.read_as)}): neither among the "
    told += "leads nor in any archive, rejected rows included"
    working = len(ledger.open_imports(session, 1000))
    return told + (f"; {working} imports are not finished yet" if working else "")


def _leads(session: Connection, found: Found, imports: Imports) -> list[Document]:
    chosen = {"leads": sorted(found.leads)}
    rows = run(session, "explain/select_leads", chosen).fetchall()
    sources = run(session, "explain/select_lead_sources", chosen).fetchall()
    candidates = run(session, "explain/select_candidates", chosen).fetchall()
    changed = changes_of(session, chosen["leads"])
    keys: dict[int, list[Key]] = {lead_id: [] for lead_id in found.leads}
    for place, fact in found.facts.items():
        first = found.facts.get(fact.first) if fact.first else fact
        if first and first.lead_id in keys:
            keys[first.lead_id] += keys_of(place, found, imports)
    owned = owners(session, list({key for some in keys.values() for key in some}))
    return [
        row
        | {
            "keys": [_key(one, owned.get(one)) for one in dict.fromkeys(keys[row["lead_id"]])],
            "sources": [one for one in sources if one["lead_id"] == row["lead_id"]],
            "possible_duplicates": [
                one
                for one in candidates
                if row["lead_id"] in (one["lead_id"], one["other_lead_id"])
            ],
            "changes": [one for one in changed if one["lead_id"] == row["lead_id"]],
            "version": version_of(row),
        }
        for row in rows
    ]


def _key(key: Key, owner: int | None) -> Document:
    """A match key of a sighting of the lead, and the lead that it is of."""
    return {"kind": key.kind, "value": key.value, "lead_id": owner}


def _listings(session: Connection, asked: Asked, found: Found) -> list[Row]:
    """The lists that a phone or a mail of the person is on at this moment."""
    keys = {key for place in found.contacts for key in found.keys_of(place, None)} | {*asked.keys}
    numbers = [int(key.value[1:]) for key in keys if key.kind == "phone"]
    emails = [key.value for key in keys if key.kind == "email"]
    return run(
        session, "explain/select_listings", {"numbers": numbers, "emails": emails}
    ).fetchall()


def _sightings(session: Connection, site: Site, found: Found, imports: Imports) -> list[Document]:
    """Every contact, and every rejected row without one, in the order of their event times."""
    rules = applied(found, imports)
    files = _files(site, found, imports)
    hits = _by_place(run(session, "explain/select_suppressions", as_places(found.facts)))
    invalid = _by_place(run(session, "explain/select_invalid", as_places(found.facts)))
    rejected = found.rejected | _rejected_rows(session, found)
    told = []
    for place, fact in found.facts.items():
        import_, contact = imports[place.import_id], found.contacts.get(place)
        shown = contact or next(iter(invalid.get(place, [])), {})
        row = rejected.get((place.import_id, place.row_number), {})
        file = files[place.import_id]
        cells = file.cells.get(place.row_number) or row.get("raw")
        told.append(
            _place(import_, place.row_number, place.contact_number, shown.get("contact_role"))
            | {"outcome": fact.outcome, "code": fact.code, "lead_id": fact.lead_id}
            | _rule(rules[place])
            | {"by_text": fact.by_text, "retried_by": row.get("retried_by")}
            | {"event_time": fact.received_at or _event(contact, import_)}
            | _raw(file.header, cells, file.missing)
            | {
                "changes": _changes(contact, cells, import_, site.settings),
                "contact": _filled(shown),
                "do_not_call": {"hits": hits.get(place, []), "checked": import_.dnc_lists or []},
            }
        )
    rows = {place[:2] for place in found.facts}
    told += [_rejected(row, imports) for at, row in found.rejected.items() if at not in rows]
    return sorted(told, key=lambda one: (one["event_time"], one["import_id"], one["row"]))


def _files(site: Site, found: Found, imports: Imports) -> dict[int, RawRows]:
    """The rows of the contacts as they stand in the bucket's objects."""
    rows: dict[int, set[int]] = {}
    for place in found.facts:
        rows.setdefault(place.import_id, set()).add(place.row_number)
    return {number: read_rows(site, imports[number], wanted) for number, wanted in rows.items()}


def _rejected_rows(session: Connection, found: Found) -> dict[RowPlace, Row]:
    """Those rows of the contacts in which nobody can be called."""
    places = as_places(found.facts)
    rows = run(session, "explain/select_rejected_at", {n: places[n] for n in ("imports", "rows")})
    return {(row["import_id"], row["row_number"]): row for row in rows}


def _by_place(rows: Iterable[Row]) -> dict[Place, list[Row]]:
    found: dict[Place, list[Row]] = {}
    for row in rows:
        place = Place(row["import_id"], row["row_number"], row["contact_number"])
        found.setdefault(place, []).append(row)
    return found


def _place(import_: Import, row: int, contact: int | None, role: str | None) -> Document:
    """Where it stands, and what holds for its whole file."""
    return {
        "import_id": import_.import_id,
        "file": import_.object_key,
        "row": row,
        "contact_number": contact,
        "role": role,
        "import_status": str(import_.status),
        "undone_at": import_.undone_at,
        "source": import_.source,
        "source_type": import_.source_type,
        "supplier": import_.supplier,
        "cost_per_lead": import_.cost_per_lead,
    }


def _rule(rule: Rule) -> Document:
    known = rule.known_from
    return {
        "rule": rule.text,
        "matched_by": rule.key._asdict() if rule.key else None,
        "known_from": known._asdict() if known else None,
    }


def _raw(header: Iterable[str], cells: Cells | None, missing: str | None) -> Document:
    """The cells by their columns; two columns may have one name, so these are pairs."""
    pairs = [{"column": c, "value": v} for c, v in zip(header, cells or (), strict=False)]
    if cells is None and missing is None:
        missing = "the file has no such row now"
    return {"raw": pairs if cells is not None else None, "raw_missing": missing}


def _changes(
    contact: Row | None, cells: Cells | None, import_: Import, settings: Settings
) -> list[Document] | None:
    """What was made of the cells; None where one of both is not there to be compared."""
    if contact is None or cells is None:
        return None
    raw = {c["field"]: cells[c["index"]] for c in import_.columns or [] if c["field"]}
    profile = profiles()[import_.profile or "generic"]
    plan = Plan(
        profile, frozenset(raw), import_.region or settings.default_region, settings.time_zone,
        company_phones=company_phones(import_.columns or []),
    )  # fmt: skip
    return changes(contact, raw, sources_of(contact["contact_number"], plan))


def _event(contact: Row | None, import_: Import) -> datetime:
    """When somebody who is no lead came: as the file says, at the latest when it arrived."""
    said = (contact or {}).get("event_at")
    return min(said, import_.modified_at) if said else import_.modified_at


def _filled(contact: Row) -> Document:
    return {name: value for name, value in contact.items() if value is not None}


def _rejected(row: Row, imports: Imports) -> Document:
    """A row that nobody was found in; its cells are kept with it."""
    import_ = imports[row["import_id"]]
    cells = row["raw"] if isinstance(row["raw"], list) else [row["raw"]]
    header: list[str] = (import_.layout or {}).get("header", []) if cells is row["raw"] else ["row"]
    return (
        _place(import_, row["row_number"], None, None)
        | {"outcome": "rejected", "code": row["code"], "lead_id": None}
        | _rule(Rule(f"rejected: {row['reason']}"))
        | {"by_text": True, "retried_by": row["retried_by"], "event_time": import_.modified_at}
        | _raw(header, cells, None)
        | {"changes": None, "contact": {}, "do_not_call": {"hits": [], "checked": []}}
    )

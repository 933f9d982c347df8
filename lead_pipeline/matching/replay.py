"""Looks at all sightings of some people again and rebuilds what follows from them.

For what cannot be added at the end or taken off it: a sighting older than those that are known, one
that updates a lead, one that others came after. Runs inside the deciding transaction, in portions.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pyarrow as pa
from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.database import Connection, copy_in, run
from lead_pipeline.fields.catalogue import lead_columns
from lead_pipeline.ledger import Import
from lead_pipeline.matching import contents
from lead_pipeline.matching.charging import Act, follow_members
from lead_pipeline.matching.contents import Contacts
from lead_pipeline.matching.sightings import (
    EXTERNAL_ID,
    Key,
    Lead,
    People,
    Place,
    Sighting,
    channel_of,
    find_people,
)
from lead_pipeline.suppliers.terms import Scope, Terms

# Contacts or leads that are looked at together, with all that hangs together with them; bounds the
# memory (about 1 kB a sighting).
PORTION = 20_000
Facts = dict[str, Any]
# People have worked on a lead if any of their columns is not as it was made.
WORKED_ON = sql.SQL(
    "status <> 'New' OR assigned_to IS NOT NULL OR next_followup_at IS NOT NULL"
    " OR total_attempts > 0 OR is_qualified"
)
_PLACE = [("import_id", pa.int32()), ("row_number", pa.int64()), ("contact_number", pa.int16())]
_PLACED = pa.schema(
    [*_PLACE, ("lead_id", pa.int64()), ("position", pa.int32()), ("outcome", pa.string()),
     ("matched_by", pa.string()), ("updates", pa.bool_()), ("joins", pa.bool_()),
     ("first_row_number", pa.int64()), ("first_contact_number", pa.int16())]
)  # fmt: skip
_OWNED = pa.schema([("kind", pa.string()), ("value", pa.string()), ("lead_id", pa.int64())])
_CONFLICTS = pa.schema(
    [("lead_id", pa.int64()), ("other_lead_id", pa.int64()), ("kind", pa.string()),
     ("value", pa.string()), ("weak", pa.bool_()), *_PLACE]
)  # fmt: skip


def create(session: Connection) -> None:
    """The temporary tables of a replay; they go with the transaction."""
    run(session, "matching/create_replay", None, {"columns": contents.definitions()})


def replay(
    session: Connection,
    import_id: int,
    seed: Callable[[], int],
    act: Act,
    *,
    current: Contacts | None = None,
    undone: bool = False,
) -> None:
    """Rebuild the people that `seed` puts into the replay tables, until it finds no more.

    `act` is what it is done for; `current` are the contacts that join now; with `undone`, those of
    the import leave.
    """
    while True:
        run(session, "matching/begin_replay")
        if not seed():
            return
        _widen(session)
        collect_members(session, import_id, undone=undone)
        _rebuild(session, import_id, act, current)


def _widen(session: Connection) -> None:
    """Add what hangs together with what is there, until nothing does."""
    while True:
        added = run(session, "matching/widen_replay_leads").rowcount
        added += run(session, "matching/widen_replay_contacts").rowcount
        if not added:
            return


def collect_members(session: Connection, import_id: int, *, undone: bool) -> None:
    """Note every sighting of the leads that are looked at; with `undone`, the import's are gone."""
    joining = {"import_id": import_id, "undone": import_id if undone else None}
    run(session, "matching/collect_members", joining, {"worked_on": WORKED_ON})
    run(session, "matching/analyze_replay")
    run(session, "matching/collect_repeats")
    run(session, "matching/analyze_replay")


def collect_seen(session: Connection, current: Contacts | None = None) -> dict[int, Facts]:
    """What the imports of the sightings that are looked at say of them; the facts of these imports.

    `current` are the contacts of one of them that is not in the archive yet.
    """
    facts = {row["import_id"]: row for row in run(session, "matching/select_member_imports")}
    for number, row in facts.items():
        if current is not None and number == current.import_id:
            contacts = current
        else:
            contacts = contents.contacts_in_archive(session, ledger.get(session, number))
        run(session, "matching/collect_seen", None, contacts.identifiers)
        row["terms"] = terms_of(row)
        row["attributes"] = contacts.attributes
    run(session, "matching/analyze_replay")
    return facts


def _rebuild(session: Connection, import_id: int, act: Act, current: Contacts | None) -> None:
    facts = collect_seen(session, current)
    sightings = [
        _sighting(row, facts[row["import_id"]])
        for row in run(session, "matching/select_seen").fetchall()
    ]
    people = find_people(sightings)
    attributes = {name for row in facts.values() for name in row["attributes"]}
    _copy_people(session, people, _numbered(session, people))
    run(session, "matching/analyze_replay")
    run(session, "matching/tally_sources", {"sign": -1})
    run(session, "matching/tally_imports", {"sign": -1, "import_id": import_id})
    run(session, "matching/clear_replay")
    run(session, "matching/rebuild_leads", None, _rebuilding(attributes))
    run(session, "matching/rebuild_sightings")
    run(session, "matching/suggest_merges", None, {"loosened": sql.Identifier("conflicts")})
    run(session, "matching/tally_sources", {"sign": 1})
    run(session, "matching/tally_imports", {"sign": 1, "import_id": import_id})
    follow_members(session, act, _charged(session, facts, import_id))


def _charged(
    session: Connection, facts: Mapping[int, Facts], at_work: int
) -> Iterator[tuple[Import, Contacts]]:
    for number, row in facts.items():
        if row["is_charged"] and number != at_work:
            import_ = ledger.get(session, number)
            yield import_, contents.contacts_in_archive(session, import_)


def terms_of(supplier: Mapping[str, Any]) -> Terms:
    days = supplier["lookback_days"]
    return Terms(timedelta(days=days) if days else None, Scope(supplier["scope"]))


def _sighting(row: Mapping[str, Any], facts: Facts) -> Sighting:
    weak = {*row["weak_mails"], *row["weak_phones"]}
    listed = {*(row["all_listed"] or ())}
    keys: dict[str, Key] = {}
    for mail in row["email_keys"] or ():
        keys[mail] = Key("email", f"{mail} {row['name']}" if mail in weak else mail)
    for phone in row["phones"] or ():
        keys[phone] = Key("phone", phone)
    external_id = row["external_id"]
    identity = (
        [] if external_id is None else [Key(EXTERNAL_ID, f"{facts['source_id']}:{external_id}")]
    )
    return Sighting(
        place=Place(row["import_id"], row["row_number"], row["contact_number"]),
        received_at=row["received_at"],
        keys=(*identity, *keys.values()),
        weak=frozenset(key for channel, key in keys.items() if channel in weak),
        listed=frozenset(key for channel, key in keys.items() if channel in listed),
        source_id=facts["source_id"],
        supplier=facts["supplier"],
        refreshes=facts["force_refresh"],
        terms=facts["terms"],
        lead_id=row["lead_id"],
        founder_of=row["founder_of"],
        decided=tuple(_decided(row["decided"] or {}, (*identity, *keys.values()))),
    )


def _decided(decisions: Mapping[str, list[int]], keys: Iterable[Key]) -> Iterator[tuple[Key, int]]:
    """The keys that people decided about, each with the numbers of the decisions."""
    for key in keys:
        for decision in sorted(decisions.get(f"{key.kind}:{key.value}", ())):
            yield key, decision


def _numbered(session: Connection, people: People) -> dict[int, int]:
    """id(lead) -> its number: one that its sightings had before, if it is free, or a new one."""
    taken = {lead.worked_on for lead in people.leads if lead.worked_on}
    numbers = {id(lead): lead.worked_on for lead in people.leads if lead.worked_on}
    for lead in people.leads:
        if id(lead) not in numbers:
            number = lead.choose_id(taken)
            if number is not None:
                numbers[id(lead)] = number
                taken.add(number)
    unnumbered = [lead for lead in people.leads if id(lead) not in numbers]
    if unnumbered:
        fresh = run(session, "matching/reserve_leads", {"count": len(unnumbered)})
        numbers |= {id(a): b["lead_id"] for a, b in zip(unnumbered, fresh, strict=True)}
    return numbers


def _copy_people(session: Connection, people: People, numbers: Mapping[int, int]) -> None:
    def number(lead: Lead | None) -> int | None:
        return numbers[id(lead)] if lead else None

    placed = [
        (*m.sighting.place, number(lead), position, str(m.outcome), m.matched_by, m.updates,
         m.joins, *(m.first[1:] if m.first else (None, None)))
        for lead in people.leads
        for position, m in enumerate(lead.members, start=1)
    ]  # fmt: skip
    owned = [(*key, number(lead)) for key, lead in people.owners.items()]
    loose = [
        (number(one.lead), number(one.other), one.key.kind, channel_of(one.key), one.weak,
         *one.place)
        for one in people.loose
    ]  # fmt: skip
    for name, schema, rows in (
        ("placed", _PLACED, placed),
        ("owned", _OWNED, owned),
        ("conflicts", _CONFLICTS, loose),
    ):
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        copy_in(session, sql.Identifier(name), schema.names, pa.table(arrays, schema=schema))


def _rebuilding(attributes: Collection[str]) -> dict[str, sql.Composable]:
    """What `rebuild_leads` says of the columns that a lead has from what was said of it last.

    `attributes` are those that any of the imports looked at has; all others become null.
    """
    last = sql.SQL(
        "(array_agg({0} ORDER BY rank) FILTER (WHERE speaks AND {0} IS NOT NULL))[1] AS {0}"
    )
    updated = (
        "source_id", "import_source", "supplier", "import_id", "row_number", "contact_number",
        "received_at", "email", "phone_e164", "phone_number_normalized", "alternate_phone_number",
        "last_received_at", "last_import_id",
        *contents.COLUMNS, *lead_columns(),
    )  # fmt: skip
    said = contents.SAID
    kept = [name for name in lead_columns() if name in attributes]
    told = sql.SQL("CROSS JOIN LATERAL jsonb_to_record(coalesce(s.attributes, '{{}}')) AS t ({})")
    return {
        "said": sql.SQL(", ").join(last.format(sql.Identifier(name)) for name in said),
        "said_names": sql.SQL(", ").join(sql.Identifier("s", name) for name in said),
        "names": contents.names(said),
        "attribute_names": sql.SQL("").join(
            sql.SQL(", {}").format(sql.Identifier(name)) for name in kept
        ),
        "attributes": told.format(contents.typed(kept)) if kept else sql.SQL(""),
        "updated": contents.names(updated),
        "excluded": sql.SQL(", ").join(sql.Identifier("excluded", name) for name in updated),
    }

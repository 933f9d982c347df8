"""Where one person stands in the database: leads, sightings, lists, and the text of rejected rows.

Found by index as far as that goes; what that cannot find is looked for in the archives and in text.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from psycopg import sql

from lead_pipeline.database import Connection, run
from lead_pipeline.explain.text_pattern import text_pattern
from lead_pipeline.leads.question import Asked
from lead_pipeline.leads.search import as_arrays, find_by_keys
from lead_pipeline.matching.sightings import Key, Place

MOST_BY_TEXT = 100
"""How many rows a search of text gives at most, of invalid contacts and of rejected rows each."""

RowPlace = tuple[int, int]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """What the database notes of one contact; `first` is the contact of the file that it repeats.

    `outcome` is that of matching, or `invalid`, `suppressed`, `undone`. `by_text` tells that only a
    search of text found it, so that it may be somebody else.
    """

    place: Place
    outcome: str
    lead_id: int | None = None
    matched_by: str | None = None
    first: Place | None = None
    received_at: datetime | None = None
    code: str | None = None
    reason: str | None = None
    by_text: bool = False


@dataclass(slots=True)
class Found:
    """All that was found: facts by place, the contacts as archived, rejected rows, loose ends."""

    leads: set[int] = field(default_factory=set)
    facts: dict[Place, Fact] = field(default_factory=dict)
    contacts: dict[Place, Row] = field(default_factory=dict)
    rejected: dict[RowPlace, Row] = field(default_factory=dict)
    cut: bool = False

    def keys_of(self, place: Place, source_id: int | None) -> list[Key]:
        """The match keys of a contact in the order in which they decide."""
        contact = self.contacts.get(place, {})
        keys = [Key("email", value) for value in contact.get("email_keys") or ()]
        keys += [Key("phone", value) for value in contact.get("phones") or ()]
        if contact.get("external_id") is not None and source_id is not None:
            keys.insert(0, Key("external_id", f"{source_id}:{contact['external_id']}"))
        return keys


class Finder:
    """Looks for who is asked for: `find` for whoever it may be, `find_lead` for one lead."""

    def __init__(self, session: Connection, asked: Asked) -> None:
        self._session = session
        self._asked = asked
        self._archives: dict[int, str] = {}
        self._found = Found()

    def find(self) -> Found:
        """Everything about whoever it may be."""
        found = self._found
        known = {*self._asked.keys, *self._seen(find_by_keys(self._session, self._asked))}
        self._add_others(self._listed(known))
        self._add_others(self._in_archives(undone=True))
        self._search_text(known)
        if not found.facts and not found.rejected:
            self._add_others(self._in_archives(undone=False))
        self._add_repeats()
        self._read_contacts()
        return found

    def find_lead(self, lead_id: int) -> Found:
        """What is known of one lead; no text is searched."""
        self._add_others(self._listed(self._seen({lead_id})))
        self._add_repeats()
        self._read_contacts()
        return self._found

    def _seen(self, leads: set[int]) -> set[Key]:
        """Note these leads and their sightings; mails and phones of these."""
        self._found.leads = leads
        for row in run(self._session, "explain/select_sightings", {"leads": list(leads)}):
            self._add(_fact(row))
        self._read_contacts()
        return self._keys()

    def _add(self, fact: Fact) -> None:
        self._found.facts.setdefault(fact.place, fact)

    def _add_others(self, places: Iterable[Place], by_text: bool = False) -> None:
        """Contacts that were found without their lead; those of somebody else's lead are not."""
        wanted = [place for place in places if place not in self._found.facts]
        asked_for = set(wanted) if not self._found.leads else set()
        for row in run(self._session, "explain/find_outcomes", as_places(wanted)):
            fact = replace(_fact(row), by_text=by_text)
            theirs = fact.lead_id is not None and fact.lead_id not in self._found.leads
            if not theirs or fact.place in asked_for:
                self._add(fact)

    def _listed(self, keys: Collection[Key]) -> list[Place]:
        values = [key.value for key in keys if key.kind in ("phone", "email")]
        return [
            _place(row) for row in run(self._session, "explain/find_listed", {"values": values})
        ]

    def _in_archives(self, *, undone: bool) -> list[Place]:
        """Those that have a key that is asked for: every table is read, for none has an index."""
        values: dict[str, list[str]] = {
            "phones": [key.value for key in self._asked.keys if key.kind == "phone"],
            "emails": [key.value for key in self._asked.keys if key.kind == "email"],
            "external_ids": self._asked.external_ids,
        }
        places = []
        for row in run(self._session, "explain/select_archives", {"undone": undone}).fetchall():
            table = {"archived": sql.Identifier("archive", row["archive_table"])}
            places += run(self._session, "explain/find_in_archive", values, table).fetchall()
        return [_place(row) for row in places]

    def _search_text(self, keys: Collection[Key]) -> None:
        pattern = text_pattern(self._asked, keys)
        if pattern is None:
            return
        search = {"pattern": pattern, "most": MOST_BY_TEXT}
        invalid = [_place(row) for row in run(self._session, "explain/search_invalid", search)]
        self._add_others(invalid, by_text=True)
        rejected = [
            (row["import_id"], row["row_number"])
            for row in run(self._session, "explain/search_rejected", search)
        ]
        self._found.cut = MOST_BY_TEXT in (len(invalid), len(rejected))
        rows = {"imports": [i for i, _ in rejected], "rows": [row for _, row in rejected]}
        for row in run(self._session, "explain/select_rejected_at", rows):
            self._found.rejected[row["import_id"], row["row_number"]] = row

    def _add_repeats(self) -> None:
        """The same person again in the same file."""
        for row in run(self._session, "explain/find_repeats", as_places(self._found.facts)):
            self._add(_fact(row))
        firsts = [fact.first for fact in self._found.facts.values() if fact.first]
        self._add_others(firsts)

    def _keys(self) -> set[Key]:
        """Mails and phones of the contacts that were read."""
        return {key for place in self._found.contacts for key in self._found.keys_of(place, None)}

    def _read_contacts(self) -> None:
        """The contacts of the facts, as their imports' tables have them."""
        found = self._found
        missing: dict[int, set[Place]] = {}
        for place in found.facts.keys() - found.contacts.keys():
            missing.setdefault(place.import_id, set()).add(place)
        tables = self._tables()
        for import_id, places in missing.items():
            if import_id not in tables:
                continue
            rows = run(
                self._session,
                "explain/select_contacts",
                {"rows": [place.row_number for place in places]},
                {"archived": sql.Identifier("archive", tables[import_id])},
            )
            for row in rows:
                place = Place(import_id, row["original_lead_id"], row["contact_number"])
                if place in places:
                    found.contacts[place] = row

    def _tables(self) -> dict[int, str]:
        if not self._archives:
            rows = run(self._session, "explain/select_archives", {"undone": False})
            self._archives = {row["import_id"]: row["archive_table"] for row in rows}
        return self._archives


def as_places(places: Iterable[Place]) -> dict[str, list[int]]:
    """Contacts as the parameters of a statement."""
    columns = tuple(zip(*places, strict=True)) or ((), (), ())
    names = ("imports", "rows", "contacts")
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def owners(session: Connection, keys: Collection[Key]) -> dict[Key, int]:
    """Key -> the lead that it is of."""
    rows = run(session, "explain/select_owners", as_arrays(keys))
    return {Key(row["kind"], row["value"]): row["lead_id"] for row in rows}


def _place(row: Row) -> Place:
    return Place(row["import_id"], row["row_number"], row["contact_number"])


def _fact(row: Row) -> Fact:
    first = row.get("first_row_number")
    return Fact(
        place=_place(row),
        outcome=row["outcome"],
        lead_id=row.get("lead_id"),
        matched_by=row["matched_by"],
        first=Place(row["import_id"], first, row["first_contact_number"]) if first else None,
        received_at=row.get("received_at"),
        code=row.get("code"),
        reason=row.get("reason"),
    )

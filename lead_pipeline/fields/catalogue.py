"""Loads the one list of fields (fields.csv) and the profiles (profiles/*.toml), and checks them.

Only loading and checking belong here: a mistake in the data is a bug and stops the program at once.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from types import MappingProxyType
from typing import Any

from lead_pipeline.fields.headers import key
from lead_pipeline.fields.model import (
    Contactable,
    ContactGroup,
    Field,
    Kind,
    Level,
    PhoneSlot,
    Profile,
)

FALLBACK_PROFILE = "generic"

_HERE = files("lead_pipeline.fields")
# PostgreSQL cuts identifiers at 63 bytes; 4 are left for suffixes such as those of indexes.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,58}")
# {n:1-8} or {w:curr,prev} in a field's name: one field for each value.
_RANGE = re.compile(r"\{(\w):([^}]+)\}")
# Names that the tables of raw and of normalized rows have for their own columns; no field may.
_OWN_COLUMNS = re.compile(
    r"import_id|row_number|extra|raw_payload|original_lead_id|external_id|event_at|emails"
    r"|email_keys|phones|phone_e164|phone_number_normalized|flags|tags|problems"
    r"|contact_(number|role|name|first_name|last_name|email)"
    r"|contact_phone_\d+(_type|_dnc|_litigator)?|contact_email_\d+"
)
_PROFILE_ONLY = "-"
# In the column `lead`: leads keep the field under its name. A lead's own columns (`status`, what
# people do with it) have their names already, so some fields are kept under another.
_UNDER_ITS_NAME = "yes"


class CatalogueError(Exception):
    """fields.csv or a profile contradicts itself; the message names the entry."""


@cache
def fields() -> Mapping[str, Field]:
    """Every canonical field by name, in the order of fields.csv (and of the staging columns).

    Raises:
        CatalogueError: a name twice, not fit for SQL or that of a column of our own, or a spelling
            claimed by two fields.
    """
    text = _HERE.joinpath("fields.csv").read_text(encoding="utf-8")
    found: dict[str, Field] = {}
    for row in csv.DictReader(text.splitlines()):
        for field in _expand(row):
            if not _NAME.fullmatch(field.name):
                raise CatalogueError(f"fields.csv: {field.name!r} is no SQL name")
            if _OWN_COLUMNS.fullmatch(field.name):
                raise CatalogueError(f"fields.csv: {field.name!r} is a column of our own tables")
            if field.name in found:
                raise CatalogueError(f"fields.csv: {field.name!r} stands there twice")
            found[field.name] = field
    _spellings(found)
    return MappingProxyType(found)


@cache
def spellings() -> Mapping[str, str]:
    """Header key (headers.key) -> field name, for every spelling that needs no profile."""
    return MappingProxyType(_spellings(fields()))


@cache
def lead_columns() -> Mapping[str, Field]:
    """Column of `leads_master` -> the field whose value it keeps, in the order of fields.csv.

    Raises:
        CatalogueError: two fields want one column.
    """
    found: dict[str, Field] = {}
    for field in fields().values():
        if field.on_lead is not None and found.setdefault(field.on_lead, field) is not field:
            raise CatalogueError(f"{field.on_lead!r} is a column of the lead for two fields")
    return MappingProxyType(found)


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by name.

    Raises:
        CatalogueError: a profile names a field that fields.csv does not have.
    """
    paths = (path for path in _HERE.joinpath("profiles").iterdir() if path.name.endswith(".toml"))
    loaded = (
        _profile(path.name.removesuffix(".toml"), tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(paths, key=lambda path: path.name)
    )
    return MappingProxyType({profile.name: profile for profile in loaded})


def _expand(row: Mapping[str, str]) -> Iterator[Field]:
    """The fields that one line of fields.csv stands for: one, or one for each value of its range.

    The alias `-` says: the field's own name is too common a word, only profiles may map to it.
    """
    ranges = [(found[1], _values(found[2])) for found in _RANGE.finditer(row["name"])]
    name = _RANGE.sub(r"{\1}", row["name"])
    for values in product(*(values for _, values in ranges)):
        chosen = dict(zip((letter for letter, _ in ranges), values, strict=True))
        own = name.format(**chosen)
        yield Field(
            name=own,
            kind=Kind(row["kind"]),
            level=Level(row["level"]),
            description=row["description"].format(**chosen),
            aliases=tuple(alias.format(**chosen) for alias in row["aliases"].split("|") if alias),
            on_lead=own if row["lead"] == _UNDER_ITS_NAME else row["lead"] or None,
        )


def _values(text: str) -> list[str]:
    if "-" not in text:
        return text.split(",")
    first, last = text.split("-")
    return [str(number) for number in range(int(first), int(last) + 1)]


def _spellings(known: Mapping[str, Field]) -> dict[str, str]:
    claimed: dict[str, str] = {}
    for field in known.values():
        own = () if _PROFILE_ONLY in field.aliases else (field.name,)
        for alias in {*own, *field.aliases} - {_PROFILE_ONLY}:
            other = claimed.setdefault(key(alias), field.name)
            if other != field.name:
                raise CatalogueError(f"{alias!r} is claimed by {other!r} and {field.name!r}")
    return claimed


def _profile(name: str, data: dict[str, Any]) -> Profile:
    profile = Profile(
        name=name,
        title=data["title"],
        source=data["source"],
        source_type=data["source_type"],
        contactable=Contactable(data["contactable"]),
        contacts=tuple(group for entry in data["contacts"] for group in _contact_groups(entry)),
        signature=tuple(
            tuple(key(header) for header in headers) for headers in data.get("signature", ())
        ),
        aliases=MappingProxyType(_profile_aliases(name, data.get("aliases", {}))),
        external_id=data.get("external_id"),
        event_time=data.get("event_time"),
        unnamed=tuple(data.get("unnamed", ())),
        reading=MappingProxyType(data.get("reading", {})),
        is_feedback=data.get("is_feedback", False),
    )
    unknown = set(_referenced(profile)) - fields().keys()
    if unknown:
        raise CatalogueError(f"profile {name!r} names unknown fields: {sorted(unknown)}")
    return profile


def _profile_aliases(name: str, entries: Mapping[str, str]) -> dict[str, str]:
    claimed: dict[str, str] = {}
    for header, field in entries.items():
        if claimed.setdefault(key(header), field) != field:
            raise CatalogueError(f"profile {name!r} spells {header!r} twice")
    return claimed


def _contact_groups(entry: Mapping[str, Any]) -> Iterator[ContactGroup]:
    """A contact of a profile; `repeat = N` stands for N of them, with `{n}` from 1 in its names."""
    for n in range(1, entry.get("repeat", 1) + 1):
        yield ContactGroup(
            role=entry["role"].format(n=n),
            phones=tuple(_phone_slot(entry, phone.format(n=n)) for phone in entry["phones"]),
            emails=tuple(email.format(n=n) for email in entry["emails"]),
            needs_channel=entry.get("needs_channel", False),
            always=entry.get("always", False),
            **{part: field.format(n=n) for part, field in entry["name"].items()},
        )


def _phone_slot(entry: Mapping[str, Any], number: str) -> PhoneSlot:
    """What is said about `phone` stands in `phone_type`, `_dnc` and `_litigator`, where they exist.

    A profile whose file flags the whole row names the field of that flag for all its phones.
    """

    def beside(suffix: str) -> str | None:
        return entry.get(suffix) or (
            f"{number}_{suffix}" if f"{number}_{suffix}" in fields() else None
        )

    where_empty = entry.get("where_empty", {}).get(number)
    return PhoneSlot(number, beside("type"), beside("dnc"), beside("litigator"), where_empty)


def _referenced(profile: Profile) -> Iterator[str]:
    named: list[str | None] = [*profile.aliases.values(), profile.external_id, profile.event_time]
    for group in profile.contacts:
        named += [group.full_name, group.first_name, group.middle_name, group.last_name]
        named += group.emails
        for phone in group.phones:
            named += [*phone.numbers, phone.type, phone.do_not_call, phone.litigator]
    return (field for field in named if field is not None)

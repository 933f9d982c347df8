"""The words of mapping: a field, a profile with its contact groups, a column's match.

The data itself (fields.csv, profiles/*.toml) is loaded and checked in catalogue.py.
"""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from lead_pipeline.reading.table import Problem


class Kind(StrEnum):
    """What a field's values are; it chooses the normaliser and the SQL type."""

    TEXT = "text"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    TIMESTAMP = "timestamp"
    MONEY = "money"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    STREET = "street"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    URL = "url"
    IP = "ip"
    ID = "id"


class Level(StrEnum):
    """Whether a field speaks of the whole row, or of one contact of it."""

    ROW = "row"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column: `name` is its SQL name, `aliases` other spellings of its header.

    `on_lead` is the column of `leads_master` in which a lead keeps what its file said here, None
    where it does not, or in another shape (names, mails, phones).
    """

    name: str
    kind: Kind
    level: Level
    description: str
    aliases: tuple[str, ...] = ()
    on_lead: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneSlot:
    """The fields of one phone of a contact: the number and what the file says about it.

    `where_empty` has the number in those rows in which `number` says nothing.
    """

    number: str
    type: str | None = None
    do_not_call: str | None = None
    litigator: str | None = None
    where_empty: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The fields that the number may stand in, the first one first."""
        return (self.number, self.where_empty) if self.where_empty else (self.number,)


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """Where one contact of a row stands: field names, empty where the layout has none.

    `needs_channel`: a file without a phone or mail column of this contact has no such contact.
    `always`: every row is one, whatever stands in it.
    """

    role: str
    full_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    phones: tuple[PhoneSlot, ...] = ()
    emails: tuple[str, ...] = ()
    needs_channel: bool = False
    always: bool = False


class Contactable(StrEnum):
    """When a contact counts as callable."""

    PHONE_OR_EMAIL = "phone_or_email"
    NAME_AND_EMAIL = "name_and_email"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Profile:
    """A known export layout: pure data out of profiles/<name>.toml.

    `signature` are normalised header spellings that must all be present for the profile to claim a
    file; `aliases` map this layout's header spellings to fields and win over the general ones.
    `unnamed` are its headers in their order, where such files come without a header. `reading` says
    how to read such a file (encoding, delimiter, quote, header_row, sheet, date_order) when the
    profile is stated rather than found. `is_feedback`: its rows make no leads, they tell what came
    of those that are there.
    """

    name: str
    title: str
    source: str
    source_type: str
    contactable: Contactable
    contacts: tuple[ContactGroup, ...]
    signature: tuple[tuple[str, ...], ...] = ()
    aliases: MappingOf[str, str] = field(default_factory=dict)
    external_id: str | None = None
    event_time: str | None = None
    unnamed: tuple[str, ...] = ()
    reading: MappingOf[str, str | int] = field(default_factory=dict)
    is_feedback: bool = False


How = Literal["override", "profile", "alias", "fuzzy", "values", "none"]


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What one column of a file feeds: a field, or (field None) the `extra` of its row.

    `index` counts columns from 0. `confidence` is the chance (0 to 1) that this is right, be it a
    field or none. `suggestion` names a field that was not applied because it is not sure enough or
    another column claims it.
    """

    index: int
    header: str
    field: str | None
    confidence: float
    how: How
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of one file, each matched once; no two of them feed one field.

    `ignored` are overrides (header, field) that name no field, as after one was given up;
    `problems` is what a person should know of how it was found.
    """

    profile: Profile
    columns: tuple[ColumnMatch, ...]
    ignored: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()

"""Which columns of a file flag people who must not be called or written to, and what they take.

The words are data (flags.toml); reading the cells is normalizing/flags.py.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from lead_pipeline.fields.candidates import clearest
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.headers import key, words
from lead_pipeline.fields.model import ContactGroup, Kind

PHONE, EMAIL = "phone", "email"
_BY_FIELD = {"dnc": re.compile(r"phone_\d_dnc$"), "litigator": re.compile(r"(^|_)litigator$")}
_PHONE_TYPE = re.compile(r"phone_\d_type$")
_OPTED_OUT_OF_EMAIL = "email_opt_out"


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of flag: `pattern` finds it, `flag` is its name, `channels` what it takes away."""

    pattern: str
    flag: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """flags.toml: what headers say, what cells say (and, in `cells_not`, do not), the words of a
    no and of a yes (and what looks like one), and the fields whose cells are read for what they
    say."""

    headers: tuple[Words, ...]
    cells: tuple[Words, ...]
    cells_not: str
    no: tuple[str, ...]
    yes: tuple[str, ...]
    yes_like: str
    speaking: frozenset[str]


@dataclass(frozen=True, slots=True)
class Flag:
    """A column that flags contacts.

    `source` is its field, or its key in `extra` where it has none. `phones` are the fields of the
    phones that it is for; without any it is for everybody in the row. `kinds` is what it says:
    `by_cell` where the words of each cell decide, and cells without such words say nothing.
    """

    header: str
    source: str
    in_extra: bool
    kinds: tuple[Words, ...]
    by_cell: bool = False
    phones: frozenset[str] = frozenset()


@cache
def vocabulary() -> Vocabulary:
    text = files("lead_pipeline.fields").joinpath("flags.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Vocabulary(
        headers=tuple(_words(entry) for entry in data["headers"]),
        cells=tuple(_words(entry) for entry in data["cells"]),
        cells_not=data["cells_not"]["pattern"],
        no=tuple(data["no"]["words"]),
        yes=tuple(data["yes"]["words"]),
        yes_like=data["yes"]["pattern"],
        speaking=frozenset(data["speaking"]["fields"])
        | {field.name for field in fields().values() if field.kind in (Kind.NAME, Kind.PHONE)}
        | {name for name in fields() if _PHONE_TYPE.search(name)},
    )


def _words(entry: Mapping[str, Any]) -> Words:
    return Words(entry["pattern"], entry["flag"], tuple(entry["channels"]))


@lru_cache(maxsize=4096)
def speaks(header: str, field: str | None, how: str) -> Words | None:
    """What a column says by its header, or by the field that it feeds; None: it is no flag.

    Where a person settled the field, the field counts.
    """
    if how == "override" and field is not None:
        return _of_field(field)
    text = " ".join(words(header))
    said = next((one for one in vocabulary().headers if re.search(one.pattern, text)), None)
    return said or (_of_field(field) if field else None)


def may_speak(field: str | None) -> bool:
    """Whether the cells of a column that is no flag by its header are read for what they say."""
    return field is None or field in vocabulary().speaking


def flags_of(
    columns: Iterable[Mapping[str, Any]], contacts: Sequence[ContactGroup]
) -> tuple[Flag, ...]:
    """The flags of a file, of its columns as the ledger keeps them, and of its profile's contacts.

    A flag is for one phone if its header names a column of phones (`Mobile` in `Mobile DNC`), or
    its field belongs to one; where that is not in the file, or none is named, it is for everybody.
    """
    columns = list(columns)
    phones = {
        slot.number: {key(c["header"]), key(slot.number)}
        for c in columns
        for group in contacts
        for slot in group.phones
        if slot.number == c["field"]
    }
    return tuple(flag for c in columns if (flag := _flag(c, phones, contacts)) is not None)


def _flag(
    column: Mapping[str, Any],
    phones: Mapping[str, set[str]],
    contacts: Sequence[ContactGroup],
) -> Flag | None:
    header, field = column["header"], column["field"]
    source, in_extra = (field, False) if field else (column.get("extra_key"), True)
    if source is None:
        return None
    said = speaks(header, field, column["how"])
    if said is not None:
        if not said.channels:
            return None
        meant = _phones(header, field, said, phones, contacts)
        return Flag(header, source, in_extra, (said,), phones=meant)
    if not column.get("speaks"):
        return None
    own = _own_phones(field, phones, contacts) if field else frozenset()
    return Flag(header, source, in_extra, vocabulary().cells, by_cell=True, phones=own)


def _of_field(field: str) -> Words | None:
    flag = next((name for name, known in _BY_FIELD.items() if known.search(field)), None)
    if flag is not None:
        return Words("", flag, (PHONE,))
    return Words("", "unsubscribed", (EMAIL,)) if field == _OPTED_OUT_OF_EMAIL else None


def _phones(
    header: str,
    field: str | None,
    said: Words,
    phones: Mapping[str, set[str]],
    contacts: Sequence[ContactGroup],
) -> frozenset[str]:
    rest = re.sub(said.pattern, " ", " ".join(words(header))) if said.pattern else header
    number = re.sub(r"_(dnc|litigator)$", "", field or "")
    if rest.strip():
        wanted = {key(rest), f"phone{key(rest)}"}  # `DNC 2` is that of `Phone 2`
        exact = (name for name, known in phones.items() if wanted & known)
        named = next(exact, clearest(rest))
        if named is not None and named in phones:
            return frozenset({named})
    # A bare `DNC` feeds the field of the first phone; only a header that counts means that one.
    if number != field and (number != "phone_1" or "1" in words(header)):
        return _of_contact(number, phones, contacts)
    return frozenset()


def _of_contact(
    number: str, phones: Mapping[str, set[str]], contacts: Sequence[ContactGroup]
) -> frozenset[str]:
    """A phone of the file; all phones of its contact where the file does not have that one."""
    if number in phones:
        return frozenset({number})
    own = (group for group in contacts if number in {slot.number for slot in group.phones})
    return frozenset(slot.number for group in own for slot in group.phones if slot.number in phones)


def _own_phones(
    field: str, phones: Mapping[str, set[str]], contacts: Sequence[ContactGroup]
) -> frozenset[str]:
    """The phone itself, or the one whose type it is, or all of the contact whose name it is."""
    number = field.removesuffix("_type")
    if number in phones:
        return frozenset({number})
    named = (
        g for g in contacts if field in (g.full_name, g.first_name, g.middle_name, g.last_name)
    )
    return frozenset(slot.number for g in named for slot in g.phones if slot.number in phones)

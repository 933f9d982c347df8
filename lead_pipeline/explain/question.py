"""What a person typed to ask for somebody: match keys, the number of a lead, a pattern of text.

The same normalisers read it as read a file. The database is not known here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
import pyarrow as pa

from lead_pipeline.matching.sightings import Key
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.normalizing.ids import normalize_ids
from lead_pipeline.normalizing.phones import normalize_phones

# What may stand between the digits of a number: blanks and punctuation, or the end of one cell and
# the beginning of the next (`", "`), where a file keeps the area code apart.
_GAP = "[^0-9a-z]{0,4}"
# A shorter text stands in too many cells that mean something else.
_SHORTEST_ID = 5
_LARGEST_LEAD = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for; what was typed may be several things at once.

    `keys` are its readings as phone and mail, `lead_id` its reading as the number of a lead; as an
    external id it is one of `external_ids`.
    """

    text: str
    keys: tuple[Key, ...] = ()
    lead_id: int | None = None

    @property
    def external_ids(self) -> list[str]:
        """What was typed, and what normalising makes of it where that is something else."""
        normalized = normalize_ids(pa.array([self.text], pa.string()))[0].as_py()
        return list(dict.fromkeys([self.text, normalized or self.text]))

    @property
    def read_as(self) -> list[str]:
        """The readings, in words for a person."""
        told = [f"{key.kind} {key.value}" for key in self.keys]
        told += [f"lead {self.lead_id}"] if self.lead_id is not None else []
        return [*told, f"external id {self.text}"]


def read_question(text: str, region: str) -> Asked:
    """Every reading of what was typed.

    Args:
        region: ISO 3166-1 alpha-2, of a phone without a country code.
    """
    text = text.strip()
    cell = pa.array([text], pa.string())
    keys = []
    if "@" in text:
        mail = normalize_emails(cell).match_key[0].as_py()
        keys += [Key("email", mail)] if mail else []
    else:
        phone = normalize_phones(cell, region).e164[0].as_py()
        keys += [Key("phone", phone)] if phone else []
    number = int(text) if text.isascii() and text.isdigit() else None
    return Asked(text, tuple(keys), number if number and number <= _LARGEST_LEAD else None)


def text_pattern(asked: Asked, keys: Iterable[Key]) -> str | None:
    """A PostgreSQL regular expression for raw text in which one of the keys stands somehow.

    For rows that nobody could make sense of. None where there is nothing to search for.
    """
    found = {pattern for key in keys if (pattern := _pattern(key))}
    if "@" in asked.text:
        found.add(_of_mail(asked.text))
    elif not asked.keys and len(asked.text) >= _SHORTEST_ID:
        found.add(f"(?<![a-z0-9]){_escaped(asked.text)}(?![a-z0-9])")
    return "|".join(sorted(found)) or None


def _pattern(key: Key) -> str | None:
    match key.kind:
        case "phone":
            return _of_phone(key.value)
        case "email":
            return _of_mail(key.value)
        case _:
            return None


def _of_phone(e164: str) -> str:
    """Its digits, however they are grouped, with or without the country code; and not in others."""
    number = phonenumbers.parse(e164)
    digits = _GAP.join(phonenumbers.national_significant_number(number))
    code = _GAP.join(str(number.country_code))
    return f"(?<![0-9])(?:(?:00)?{code}{_GAP})?0?{digits}(?![0-9])"


def _of_mail(address: str) -> str:
    return rf"(?<![a-z0-9._%+-]){_escaped(address)}(?![a-z0-9-])"


def _escaped(text: str) -> str:
    return re.sub(r"[^\w@\s]", r"\\\g<0>", text)

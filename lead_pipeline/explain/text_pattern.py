"""The pattern by which who is asked for is found in raw text that nobody could make sense of."""

import re
from collections.abc import Iterable

import phonenumbers

from lead_pipeline.leads.question import Asked
from lead_pipeline.matching.sightings import Key

# What may stand between the digits of a number: blanks and punctuation, or the end of one cell and
# the beginning of the next (`", "`), where a file keeps the area code apart.
_GAP = "[^0-9a-z]{0,4}"
# A shorter text stands in too many cells that mean something else.
_SHORTEST_ID = 5


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

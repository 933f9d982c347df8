"""Files without a header in an order that a known system always writes.

Which columns a header names is for candidates.py.
"""

import re
from collections.abc import Sequence

from lead_pipeline.fields.catalogue import fields, profiles, spellings
from lead_pipeline.fields.headers import key
from lead_pipeline.fields.model import Kind, Profile
from lead_pipeline.fields.shapes import CREDITS, Looks

_MADE_UP = re.compile(r"column \d+")
# Kinds whose values show that the order is another one; free text may be anything.
_SHOWING = frozenset(
    {Kind.PHONE, Kind.EMAIL, Kind.DATE, Kind.NAME, Kind.STATE, Kind.CITY, Kind.POSTAL_CODE}
)
_FITS = 0.6


def known_order(header: Sequence[str], looks: Sequence[Looks]) -> Profile | None:
    """The profile whose order of columns a file without a header has: as many as there, a phone,
    and no column whose values are not those of its field."""
    if not all(map(_MADE_UP.fullmatch, header)):
        return None
    fitting = (p for p in profiles().values() if len(p.unnamed) == len(header) and _fits(p, looks))
    return next(fitting, None)


def _fits(profile: Profile, looks: Sequence[Looks]) -> bool:
    suited: list[Kind] = []
    for name, look in zip(profile.unnamed, looks, strict=True):
        field = profile.aliases.get(key(name)) or spellings().get(key(name))
        kind = fields()[field].kind if field is not None else None
        if kind is None or kind not in _SHOWING or not look.values:
            continue
        if look.suits(CREDITS[kind]) < _FITS:
            return False
        suited.append(kind)
    return Kind.PHONE in suited

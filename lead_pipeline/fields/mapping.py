"""Maps the headers of a file to fields: which profile, then one match for each column.

What speaks for a match is gathered in candidates.py; here it is decided who gets which field.
"""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from functools import lru_cache

from lead_pipeline.fields import shapes
from lead_pipeline.fields.candidates import Candidate, candidates
from lead_pipeline.fields.catalogue import FALLBACK_PROFILE, fields, profiles
from lead_pipeline.fields.headers import header_signature, key
from lead_pipeline.fields.model import ColumnMatch, Kind, Mapping, Profile
from lead_pipeline.fields.shapes import Looks
from lead_pipeline.fields.unnamed import known_order

__all__ = ["APPLIED", "SUGGESTED", "SURE", "detect_profile", "header_signature", "map_columns"]

SURE = 0.9
"""From here on a match needs nobody's eye: 99 of 100 such matches are to be right."""

APPLIED = 0.6
"""From here on a match is applied although a person had better look; it beats an empty field."""

SUGGESTED = 0.3
"""From here on a field is worth offering to a person."""

# How sure it ever is that a column means nothing to us: the list of spellings is never complete.
_NONE_AT_MOST = 0.95

# Leads that are posted, a few at a time, have the same headers and looks again and again; the rows
# of files would fill the memory for nothing.
_FEW = 20

# A second email or phone of a person moves on to the next free field of its row, and so does a
# second name of the campaign.
_SPILL: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset({"email", "work_email"}), ("email", "email_2", "email_3", "email_4", "email_5")),
    (
        frozenset({"phone_1", "mobile_phone", "home_phone", "work_phone"}),
        ("phone_1", "phone_2", "phone_3", "phone_4", "phone_5"),
    ),
    (frozenset({"campaign_name"}), ("campaign",)),
)


def map_columns(
    header: Sequence[str],
    sample: Sequence[Sequence[str | None]] = (),
    *,
    profile: str | None = None,
    overrides: MappingOf[str, str | None] | None = None,
    no_phones: Collection[int] = (),
    by_values: MappingOf[int, str] | None = None,
) -> Mapping:
    """Match every column of a file to a field, or to the `extra` of its row.

    Args:
        header: the header cells as they stand.
        sample: some rows (about 200 are plenty) of raw cells, in the order of the header.
        profile: name of the profile, where it is known; otherwise it is found by its signature.
        overrides: header (spelled exactly) -> field, or None to keep the column in `extra`. Where
            a header stands twice, its first column is meant. One that names no field is ignored.
        no_phones: columns that feed no phone, whatever their header says: their values are none.
        by_values: column -> field, where the values have settled it and the header says nothing.

    Raises:
        KeyError: no such profile.
    """
    matched = _matched if len(sample) <= _FEW else _matched.__wrapped__
    return matched(
        tuple(header),
        tuple(shapes.columns(sample, len(header))),
        profile,
        tuple((overrides or {}).items()),
        frozenset(no_phones),
        tuple((by_values or {}).items()),
    )


@lru_cache(maxsize=256)
def _matched(
    header: tuple[str, ...],
    looks: tuple[Looks, ...],
    profile: str | None,
    overrides: tuple[tuple[str, str | None], ...],
    no_phones: frozenset[int],
    by_values: tuple[tuple[int, str], ...],
) -> Mapping:
    """`map_columns`, by what the values look like."""
    in_order = known_order(header, looks)
    chosen = profiles()[profile] if profile is not None else in_order or detect_profile(header)
    read = chosen.unnamed if chosen is in_order else header
    meant = {name: field for name, field in overrides if name in header}
    ignored = {name: field for name, field in meant.items() if field and field not in fields()}
    stated = {header.index(name): field for name, field in meant.items() if name not in ignored}
    told = {
        **{i: ColumnMatch(i, header[i], field, SURE, "values") for i, field in by_values},
        **{i: ColumnMatch(i, header[i], field, 1.0, "override") for i, field in stated.items()},
    }
    offers = [
        offer
        for offer in candidates(read, looks, chosen)
        if offer.index not in told
        and not (offer.index in no_phones and fields()[offer.field].kind is Kind.PHONE)
    ]
    won = _assign(offers, taken={match.field for match in told.values() if match.field is not None})
    columns = (
        told.get(index)
        or _match(index, name, won.get(index), [o for o in offers if o.index == index])
        for index, name in enumerate(header)
    )
    return Mapping(chosen, tuple(columns), tuple(ignored.items()))


def detect_profile(header: Sequence[str]) -> Profile:
    """The profile whose signature the header holds, the longest signature first; else `generic`."""
    keys = {key(name) for name in header}
    matches = [
        (len(signature), profile)
        for profile in profiles().values()
        for signature in profile.signature
        if keys.issuperset(signature)
    ]
    if not matches:
        return profiles()[FALLBACK_PROFILE]
    return max(matches, key=lambda match: match[0])[1]


def _assign(offers: Iterable[Candidate], taken: set[str]) -> dict[int, Candidate]:
    """Give each field to the surest column; of equals to the one that bears its name, or stands
    first. What is left over spills to the next field of its row."""
    won: dict[int, Candidate] = {}
    left: list[Candidate] = []
    for offer in sorted(offers, key=_rank):
        if offer.confidence < APPLIED or offer.index in won:
            continue
        if offer.field in taken:
            left.append(offer)
            continue
        won[offer.index] = offer
        taken.add(offer.field)
    for offer in sorted(left, key=lambda offer: offer.index):
        free = next((field for field in _spill(offer.field) if field not in taken), None)
        if free is not None and offer.index not in won:
            won[offer.index] = replace(offer, field=free)
            taken.add(free)
    return won


def _rank(offer: Candidate) -> tuple[float, int, int]:
    return (-offer.confidence, not offer.own_name, offer.index)


def _spill(field: str) -> tuple[str, ...]:
    return next((spare for full, spare in _SPILL if field in full), ())


def _match(
    index: int, header: str, won: Candidate | None, offers: Sequence[Candidate]
) -> ColumnMatch:
    if won is not None:
        return ColumnMatch(index, header, won.field, round(won.confidence, 4), won.how)
    best = max(offers, key=lambda offer: offer.confidence, default=None)
    doubt = best.confidence if best is not None else 0.0
    suggestion = best.field if best is not None and doubt >= SUGGESTED else None
    return ColumnMatch(
        index, header, None, round(_NONE_AT_MOST * (1 - doubt), 4), "none", suggestion
    )

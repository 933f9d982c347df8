"""How alike a header and the spellings of each field are, word by word.

What a column's values say is in shapes.py; weighing both is in confidence.py.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.vocabulary import FILLER, concepts, lexicon

_LEAST = 0.3
_LIGHTEST = 0.4
_NUMBERED = re.compile(r"contact_\d|mls_(curr|prev)_")


@dataclass(frozen=True, slots=True)
class _Spelling:
    field: str
    text: str
    concepts: tuple[str, ...]
    weight: float


@lru_cache(maxsize=65536)
def alike(header: str, without: str | None = None) -> Mapping[str, float]:
    """The fields whose spellings share words with a header, and how much of them (0..1).

    That is the weight of the common words over the weight of all. A word that names somebody else
    weighs double where it stands on one side only. `without` leaves one spelling out, so that
    training can ask how a new spelling would fare.
    """
    read = concepts(header)
    weigh = lexicon().weight
    total = sum(map(weigh, read))
    best: dict[str, float] = {}
    for spelling in dict.fromkeys(found for concept in read for found in _index().get(concept, ())):
        if spelling.text == without:
            continue
        common = [concept for concept in spelling.concepts if concept in read]
        apart = total + spelling.weight - 2 * sum(map(weigh, common))
        met = sum(min(1.0, weigh(concept)) for concept in common)
        shared = met / (met + apart)
        if shared >= max(_LEAST, best.get(spelling.field, 0.0)):
            best[spelling.field] = shared
    return best


@cache
def _index() -> Mapping[str, tuple[_Spelling, ...]]:
    """Concept -> the spellings that contain it.

    The numbered contacts and listings of property exports are spelled exactly or not meant at all;
    so are spellings whose words are another field's name (`nombre y apellido` is no last name), and
    those of light words alone (`to number`).
    """
    index: dict[str, list[_Spelling]] = defaultdict(list)
    named = {_telling(f.name): f.name for f in fields().values() if "-" not in f.aliases}
    for field in fields().values():
        if _NUMBERED.match(field.name):
            continue
        for text in (field.name, *field.aliases):
            if text == "-" or ("-" in field.aliases and text == field.name):
                continue
            met = tuple(concepts(text))
            weight = sum(map(lexicon().weight, met))
            if weight < _LIGHTEST or named.get(_telling(text), field.name) != field.name:
                continue
            spelling = _Spelling(field.name, text, met, weight)
            for concept in met:
                index[concept].append(spelling)
    return {concept: tuple(found) for concept, found in index.items()}


def _telling(text: str) -> frozenset[str]:
    """The concepts of a spelling that are no filler."""
    return frozenset(concept for concept in concepts(text) if lexicon().weight(concept) > FILLER)

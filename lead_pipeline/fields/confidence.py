"""How sure a match is: what speaks for and against it, weighed into one number from 0 to 1.

The weights are learned (tools/train_mapping.py writes confidence.json); nothing is tuned by hand.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from lead_pipeline.fields.model import Field
from lead_pipeline.fields.shapes import CREDITS, FIELD_CREDITS, TELLING, Looks

# A share of values that fit; a number of values that begins to say something.
_FITS_WELL_ENOUGH = 0.25
_FEW = 6
# Words such as `the` may differ between two spellings that still say the same.
_SAME = 0.97


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says by itself.

    `named`: there is one at all, not just `column 3`. `exact`: the field that is spelled so.
    `alike`: likeness (0..1) to other fields. `known`: how much (0..1) of it is understood.
    `misread`: how far its worst-spelled word had to be corrected. `somebody_else`: it names a
    person who is not the lead (agent, spouse).
    """

    named: bool
    exact: str | None = None
    alike: Mapping[str, float] = field(default_factory=dict)
    known: float = 0.0
    misread: float = 0.0
    somebody_else: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one column feeding one field; every part runs from 0 to 1.

    `exact`: the header is a spelling of the field. `same`: it has the same words, in any order or
    language; `slip`: so it has once its spelling is corrected. `shared`: how much of their words
    the two have in common (likeness.alike). `misread`: how far the worst-spelled word was
    corrected. `rival`: how alike the best other field is, if not all words are this one's.
    `support`: values that hardly any other field has. `unsuited`: values that the field cannot have
    (see `unsuited`). `nameless`: `support` where there is no header. `unread`: the same where it
    says nothing that we understand, or names what its values are not.
    """

    exact: float
    same: float
    slip: float
    shared: float
    misread: float
    rival: float
    support: float
    unsuited: float
    nameless: float
    unread: float


def weigh(target: Field, header: Header, looks: Looks, belied: float = 0.0) -> Evidence:
    """Gather the evidence for one pair of column and field.

    `belied` tells how loudly (0..1) the values say no to another field, the one that is named.
    """
    exact = target.name == header.exact
    shared = 1.0 if exact else header.alike.get(target.name, 0.0)
    all_words = shared > _SAME
    rivals = (other for name, other in header.alike.items() if name != target.name)
    rival = max(rivals, default=0.0)
    support = looks.suits(FIELD_CREDITS.get(target.name) or TELLING.get(target.kind, {}))
    return Evidence(
        exact=float(exact),
        same=float(all_words and not exact and not header.misread),
        slip=float(all_words and not exact and header.misread > 0),
        shared=shared,
        misread=0.0 if exact else header.misread,
        rival=0.0 if exact or (all_words and rival <= _SAME) else rival * (1 - belied),
        support=support,
        unsuited=unsuited(target, looks, told=all_words),
        nameless=0.0 if header.named else support,
        unread=support * max(1 - header.known, belied) if header.named and not all_words else 0.0,
    )


def named(header: Header) -> str | None:
    """The field of the lead that the header names in so many words.

    Not one of somebody else: a phone under `Agent` is the agent's.
    """
    if header.somebody_else:
        return None
    if header.exact is not None:
        return header.exact
    return next((name for name, shared in header.alike.items() if shared > _SAME), None)


def unsuited(target: Field, looks: Looks, *, told: bool) -> float:
    """How loudly (0..1) the values say no: few of them softly; where the header has told the field,
    it takes a column in which hardly any value fits, for suppliers leave junk in every column."""
    suits = looks.suits(FIELD_CREDITS.get(target.name) or CREDITS[target.kind])
    against = max(0.0, 1 - suits / _FITS_WELL_ENOUGH) if told else 1 - suits
    return against * len(looks.values) / (len(looks.values) + _FEW)


def confidence(evidence: Evidence) -> float:
    """The chance (0..1) that a match with this evidence is right: a logistic function of it."""
    weights = _weights()
    total = weights["bias"] + sum(weights[n] * getattr(evidence, n) for n in Evidence.__slots__)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _weights() -> Mapping[str, float]:
    text = files("lead_pipeline.fields").joinpath("confidence.json").read_text(encoding="utf-8")
    weights: Mapping[str, float] = json.loads(text)
    return weights

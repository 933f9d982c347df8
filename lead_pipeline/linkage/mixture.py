"""How likely a pair of leads is one person: a mixture of the reasons for which two leads agree.

Agreeing in name, home and phone does not make two people one: families do. So a pair is explained
in several ways (one person, one household, namesakes, chance, ...), each of which makes some of the
comparisons agree as they do for one person, and leaves the others to chance. How frequent each
reason is, and how often one person's two records agree (`m`), is learned from the pairs themselves
by expectation maximisation (Dempster, Laird and Rubin, JRSS B 39, 1977); what is to be expected
before any pair was seen keeps a few pairs from teaching nonsense.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lead_pipeline.linkage.comparisons import COMPARISONS

Floats = NDArray[np.float64]
Places = NDArray[np.int8]

# Of two people in one household: born on one day (twins: 3 of 100 births, CDC, National Vital
# Statistics Reports 73-2, 2024; and not all live together), or of one first name (father and son).
_TWINS, _JUNIORS = 0.02, 0.03
# What was expected counts as much as so many pairs (for `m`) or leads (for the reasons).
_PAIRS_EXPECTED, _LEADS_EXPECTED = 100, 200
_MOST_ROUNDS, _SETTLED = 300, 1e-3
_LEAST_SHARE = 1e-12


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two leads may agree: `shared` comparisons agree because of it.

    `family` adds the twins and namesakes that are among those who share a last name so.
    `expected` is how many pairs a lead has for this reason, before any was seen.
    """

    shared: frozenset[str]
    expected: float
    family: bool = False


def _reason(shared: str, expected: float, *, family: bool = False) -> Reason:
    return Reason(frozenset(shared.split()), expected, family)


_PERSON = Reason(frozenset(c.name for c in COMPARISONS), 0.02)
_CHANCE = Reason(frozenset(), 0.0)
_REASONS = (
    _PERSON,
    _CHANCE,
    _reason("last_name address area phone", 0.05, family=True),
    _reason("last_name address area", 0.05, family=True),
    _reason("last_name phone", 0.01, family=True),
    _reason("address area phone", 0.02),  # a couple with two names, an office
    _reason("address area", 0.05),  # one house
    _reason("phone", 0.005),
    _reason("first_name last_name", 0.02),
    _reason("first_name last_name area", 0.002),
    _reason("first_name born", 0.001),
    _reason("last_name born", 0.001),
    _reason("last_name area", 0.01),
    _reason("first_name area", 0.01),
    _reason("born area", 0.001),
    _reason("mail", 0.001),
    *(_reason(name, 0.001) for name in ("first_name", "last_name", "born", "area")),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs as they were compared.

    Each comparison has an array of all pairs: `level` is the place of the level in it (that of the
    rest is the last), -1 where something is missing; `weight` is log2(m / u) of it, rare values
    counted, 0 where something is missing.
    """

    level: Mapping[str, Places]
    weight: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.weight[COMPARISONS[0].name])


def probabilities(weighed: Weighed, leads: int, compared: int) -> Floats:
    """The chance (0 to 1) of each pair to be one person.

    Args:
        weighed: the pairs that agree in something.
        leads: how many leads were looked for.
        compared: with how many others each of them; all other pairs agree in nothing.
    """
    if not len(weighed):
        return np.zeros(0)
    expected = np.array([reason.expected for reason in _REASONS]) * _LEADS_EXPECTED
    expected[_REASONS.index(_CHANCE)] = _LEADS_EXPECTED * compared - expected.sum()
    apart = max(0, leads * compared - len(weighed))
    shares = expected / expected.sum()
    chances = {c.name: np.array(c.chances) for c in COMPARISONS}
    likely = _explained(weighed, chances, shares)
    for _ in range(_MOST_ROUNDS):
        counts = likely.sum(axis=1) + expected
        counts[_REASONS.index(_CHANCE)] += apart
        before, shares = shares, np.maximum(counts / counts.sum(), _LEAST_SHARE)
        chances = _learned(weighed, likely[_REASONS.index(_PERSON)])
        likely = _explained(weighed, chances, shares)
        if np.abs(np.log(shares / before)).max() < _SETTLED:
            break
    one_person: Floats = likely[_REASONS.index(_PERSON)]
    return one_person


def _learned(weighed: Weighed, one_person: Floats) -> dict[str, Floats]:
    """`m` of every level, out of the pairs that are likely one person and what was expected."""
    learned = {}
    for comparison in COMPARISONS:
        expected, level = np.array(comparison.chances), weighed.level[comparison.name]
        known = level >= 0
        seen = np.bincount(level[known], one_person[known], minlength=len(expected))
        total = _PAIRS_EXPECTED + seen.sum()
        learned[comparison.name] = (expected * _PAIRS_EXPECTED + seen) / total
    return learned


def _explained(weighed: Weighed, chances: Mapping[str, Floats], shares: Floats) -> Floats:
    """How likely each reason (row) is that of each pair (column); the columns add up to 1."""
    weights = {
        c.name: weighed.weight[c.name] + _learned_more(c.name, weighed, chances)
        for c in COMPARISONS
    }
    score = np.stack(
        [
            np.log2(share) + _score(reason, weights)
            for share, reason in zip(shares, _REASONS, strict=True)
        ]
    )
    likely = np.exp2(score - score.max(axis=0))
    normed: Floats = likely / likely.sum(axis=0)
    return normed


def _learned_more(name: str, weighed: Weighed, chances: Mapping[str, Floats]) -> Floats:
    """What has been learned of `m`, on top of the weight that was made of the expected one."""
    (comparison,) = (c for c in COMPARISONS if c.name == name)
    more = np.log2(chances[name] / np.array(comparison.chances))
    level = weighed.level[name]
    added: Floats = np.where(level >= 0, more[level], 0.0)
    return added


def _score(reason: Reason, weights: Mapping[str, Floats]) -> Floats:
    """log2 of how much likelier the pair is for this reason than by chance."""
    plain = _total(reason.shared, weights)
    if not reason.family:
        return plain
    alike = [
        (1 - _TWINS - _JUNIORS, plain),
        (_TWINS, plain + weights["born"]),
        (_JUNIORS, plain + weights["first_name"]),
    ]
    scores = np.stack([np.log2(share) + score for share, score in alike])
    summed: Floats = np.logaddexp2.reduce(scores)
    return summed


def _total(shared: frozenset[str], weights: Mapping[str, Floats]) -> Floats:
    none: Floats = np.zeros(len(next(iter(weights.values()))))
    return sum((weights[name] for name in sorted(shared)), none)

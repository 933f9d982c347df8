"""Says in one sentence in what two leads agree, how rare that is, and in what they differ."""

from lead_pipeline.linkage.compare import Compared
from lead_pipeline.linkage.comparisons import COMPARISONS, Comparison

# What one lead in so many has is worth saying.
_RARE = 1_000


def sentence(compared: Compared, at: int) -> str:
    """What is said of the pair at this place.

    Such as: The same last name (one lead in 4,000 has it), nearly the same first name and the same
    postal code; dates of birth differ.
    """
    agree = [words for c in COMPARISONS if (words := _agrees(compared, c, at))]
    differ = [c.differs for c in COMPARISONS if _level(compared, c, at) == len(c.levels)]
    told = _listed(agree) or "Nothing alike"
    told = told[0].upper() + told[1:]
    return f"{told}; {_listed(differ)} differ." if differ else f"{told}."


def _agrees(compared: Compared, comparison: Comparison, at: int) -> str:
    level = _level(compared, comparison, at)
    if not 0 <= level < len(comparison.levels):
        return ""
    agreed = comparison.levels[level]
    share = float(compared.shares[agreed.counts][at]) if agreed.counts else 0.0
    one_in = round(1 / share) if share > 0 else 0
    rare = f" (one lead in {one_in:,} has it)" if one_in >= _RARE else ""
    return f"{agreed.words}{rare}" if agreed.words else ""


def _level(compared: Compared, comparison: Comparison, at: int) -> int:
    return int(compared.weighed.level[comparison.name][at])


def _listed(words: list[str]) -> str:
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last

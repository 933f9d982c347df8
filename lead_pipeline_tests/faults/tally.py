"""How many faults, of which kind and where, and what was found."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Faults by their kind and where they happened, what was found, and what could not be tried."""

    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def add(self, kind: str, where: str) -> None:
        self.faults[kind, where] += 1

    @property
    def kinds(self) -> set[str]:
        return {kind for kind, _ in self.faults}

    def __iadd__(self, other: "Tally") -> "Tally":
        self.faults.update(other.faults)
        self.findings += other.findings
        self.left_out |= other.left_out
        return self

    def table(self) -> str:
        """Faults by kind, by where, and in all."""
        by_kind, by_where = Counter[str](), Counter[str]()
        for (kind, where), count in self.faults.items():
            by_kind[kind] += count
            by_where[where] += count
        width = max(map(len, [*by_kind, *by_where]), default=0)
        parts = [
            [f"{name:<{width}}  {count:>7,}" for name, count in sorted(counted.items())]
            for counted in (by_kind, by_where)
        ]
        total = f"{'all':<{width}}  {self.faults.total():>7,}, {len(self.findings)} findings"
        left_out = [f"not tried: {why}" for why in sorted(self.left_out)]
        return "\n".join([*parts[0], "", *parts[1], "", *left_out, total, *self.findings])

    def data(self) -> dict[str, Any]:
        counted = [
            {"kind": kind, "where": where, "count": count}
            for (kind, where), count in sorted(self.faults.items())
        ]
        return {
            "faults": counted,
            "all": self.faults.total(),
            "findings": self.findings,
            "not_tried": sorted(self.left_out),
        }


@dataclass(frozen=True, slots=True)
class Bound:
    """When enough has been broken: so many faults, or a moment of the monotonic clock."""

    faults: int | None = None
    until: float | None = None

    def reached(self, tally: Tally) -> bool:
        many = self.faults is not None and tally.faults.total() >= self.faults
        return many or (self.until is not None and time.monotonic() > self.until)

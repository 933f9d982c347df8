"""A town of invented people to compare: most have a home of their own, some share one."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pyarrow as pa

from lead_pipeline.linkage.compare import Compared, People, compare
from lead_pipeline.linkage.comparisons import COLUMNS, COUNTED
from lead_pipeline.linkage.mixture import probabilities
from lead_pipeline.linkage.sentence import sentence

Person = dict[str, str | None]
ANN: Person = {
    "first_name": "annika", "last_name": "birchwood", "born": "19710312", "house": "12",
    "street": "harbor st", "postal_code": "78701", "city": "austin", "phone": "2025550101",
    "mail": "annika.birchwood@example.com", "mailbox": "annika.birchwood",
}  # fmt: skip
_SYLLABLES = [
    "ka",
    "ber",
    "lin",
    "mo",
    "tes",
    "ra",
    "vol",
    "den",
    "si",
    "har",
    "pel",
    "nor",
    "wick",
]


def town(size: int = 250) -> list[Person]:
    """Strangers, of whom some have a first or a last name in common."""
    random = Random(7)
    firsts, lasts = (["".join(random.sample(_SYLLABLES, 2)) for _ in range(n)] for n in (60, 250))
    return [
        {
            "mail": f"{random.choice(_SYLLABLES)}{at}@example.com",
            "mailbox": None,
            "first_name": random.choice(firsts),
            "last_name": random.choice(lasts),
            "born": f"{random.randint(1935, 2004)}0{random.randint(1, 9)}{random.randint(10, 28)}",
            "house": str(random.randint(1, 900)),
            "street": f"{random.choice(_SYLLABLES)}{random.choice(_SYLLABLES)} ave",
            "postal_code": str(random.randint(78700, 78760)),
            "city": random.choice(_SYLLABLES),
            "phone": f"{random.randint(201, 989)}555{random.randrange(10_000):04}",
        }
        for at in range(size)
    ]


def together(people: Sequence[Person], pairs: Sequence[tuple[int, int]]) -> Compared:
    """Compare these pairs of people, numbered from 0."""
    table = pa.table(
        {"lead_id": pa.array(range(len(people)), pa.int64())}
        | {name: pa.array([one.get(name) for one in people], pa.string()) for name in COLUMNS}
    )
    return compare(
        People(table, table, {name: _shares(table, name) for name in COUNTED}),
        pa.table(
            {
                "lead_id": pa.array([a for a, _ in pairs], pa.int64()),
                "other_lead_id": pa.array([b for _, b in pairs], pa.int64()),
            }
        ),
    )


def judged(people: Sequence[Person]) -> dict[tuple[int, int], tuple[float, str]]:
    """Pair -> the chance that it is one person, and the sentence; the first two against all."""
    everybody = range(len(people))
    compared = together(people, [(a, b) for a in (0, 1) for b in everybody if a < b])
    chances = probabilities(compared.weighed, 2, len(people))
    pairs = zip(compared.lead_ids.to_pylist(), compared.other_ids.to_pylist(), strict=True)
    return {
        pair: (float(chance), sentence(compared, at))
        for at, (pair, chance) in enumerate(zip(pairs, chances, strict=True))
    }


def _shares(table: pa.Table, name: str) -> pa.Table:
    counts = Counter(value for value in table[name].to_pylist() if value)
    total = sum(counts.values()) or 1
    return pa.table(
        {
            name: pa.array(list(counts), pa.string()),
            f"tf_{name}": pa.array([n / total for n in counts.values()], pa.float64()),
        }
    )

"""One person, one lead, at scale: what deciding costs, a list of millions, and millions of leads.

    python benchmarks/matching.py [--rows 210500] [--numbers 5000000] [--leads N ...] [--json]

Runs decide.py, suppression.py and growth.py, one after the other; each of them explains itself.
"""

import argparse
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import deciding
import growth
import suppression
from generate import LEADS_ROWS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=LEADS_ROWS)
    parser.add_argument("--numbers", type=int, default=5_000_000)
    parser.add_argument("--leads", type=int, nargs="+", default=[0, 1_000_000, 10_000_000])
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    parts: dict[str, tuple[ModuleType, Callable[[], dict[str, Any]]]] = {
        "deciding": (deciding, lambda: deciding.measure(options.rows)),
        "suppression": (
            suppression,
            lambda: suppression.measure(options.numbers, suppression.PHONES),
        ),
        "growth": (growth, lambda: growth.measure(options.rows, options.leads, 2)),
    }
    results = {}
    for name, (part, measure) in parts.items():
        results[name] = measure()
        if not options.json:
            print(f"{name}\n" + "\n".join(part.table(results[name])) + "\n", flush=True)
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()

"""Finds people who stand twice in a list although no key of theirs agrees: how many, how surely.

    python benchmarks/linkage.py [--people 5000] [--seed 1] [--json]

Lists of linkage_people.py are imported as any list, and `possible_duplicates` looks at the leads.
Every two rows are one person or are not: precision, recall and their harmonic mean (F1) of the
pairs that are one lead, or are suggested with a probability of 0.5 or more. With phones (nearly all
of them wrong in the other record), and without; with many people in the list twice, and with few.
The server is an embedded one with its usual settings. Needs the extra `linkage`.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from deciding import empty_site, enter, import_steps
from linkage_people import Kinds, write_people

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.linkage.search import LIKELY, search

_LISTS = {
    "with phones": (True, Kinds()),
    "without phones": (False, Kinds()),
    "with phones, few twice": (True, Kinds(copies=0.05)),
    "without phones, few twice": (False, Kinds(copies=0.05)),
}
# A row that stands in nobody's lead is rejected or invalid: it is nobody.
_LEADS = """
    SELECT row_number, lead_id FROM leads_master
    UNION ALL SELECT row_number, lead_id FROM duplicate_leads WHERE lead_id IS NOT NULL"""
_FIRST_ROWS = """
    SELECT row_number, first_row_number FROM duplicate_leads WHERE first_row_number IS NOT NULL"""
_SUGGESTED = "SELECT lead_id, other_lead_id FROM merge_candidates WHERE probability >= %s"


def measure(people: int, seed: int) -> dict[str, dict[str, Any]]:
    """By list: rows, pairs that are one person, precision, recall, f1, seconds of the search."""
    return {
        name: _measured(people, seed + at, phones, kinds)
        for at, (name, (phones, kinds)) in enumerate(_LISTS.items())
    }


def _measured(people: int, seed: int, phones: bool, kinds: Kinds) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, empty_site(Path(name)) as site:
        path = Path(name) / "people.csv"
        persons = write_people(path, people, seed, phones=phones, kinds=kinds)
        import_steps(site, enter(site, path, "Acme/people.csv"))
        start = time.perf_counter()
        with connect(site.settings.database_url, autocommit=True) as session:
            search(session)
        took = time.perf_counter() - start
        return _scored(persons, _said_to_be_one(site)) | {"seconds": round(took, 1)}


def _said_to_be_one(site: Site) -> set[tuple[int, int]]:
    """Pairs of rows that are one lead, or may be; rows count from 0 below the header."""
    with connect(site.settings.database_url) as session:
        lead_of = {row["row_number"]: row["lead_id"] for row in session.execute(_LEADS)}
        for row in session.execute(_FIRST_ROWS):
            lead_of.setdefault(row["row_number"], lead_of.get(row["first_row_number"]))
        rows_of = defaultdict(list)
        for row_number, lead in lead_of.items():
            rows_of[lead].append(row_number - 2)
        said = {pair for rows in rows_of.values() for pair in combinations(sorted(rows), 2)}
        for row in session.execute(_SUGGESTED, [LIKELY]):
            one, other = rows_of[row["lead_id"]], rows_of[row["other_lead_id"]]
            said |= {(min(a, b), max(a, b)) for a in one for b in other}
    return said


def _scored(persons: list[int], said: set[tuple[int, int]]) -> dict[str, Any]:
    rows_of = defaultdict(list)
    for row, person in enumerate(persons):
        rows_of[person].append(row)
    true = {pair for rows in rows_of.values() for pair in combinations(rows, 2)}
    right = len(true & said)
    precision, recall = right / max(1, len(said)), right / max(1, len(true))
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    figures = {"precision": precision, "recall": recall, "f1": f1}
    return {"rows": len(persons), "pairs": len(true)} | {k: round(v, 4) for k, v in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    results = measure(options.people, options.seed)
    if options.json:
        print(json.dumps(results))
        return
    print(f"{'':28}{'rows':>8}{'pairs':>8}{'precision':>11}{'recall':>8}{'F1':>8}{'seconds':>9}")
    for name, one in results.items():
        print(
            f"{name:28}{one['rows']:>8,}{one['pairs']:>8,}{one['precision']:>11.4f}"
            f"{one['recall']:>8.4f}{one['f1']:>8.4f}{one['seconds']:>9.1f}"
        )


if __name__ == "__main__":
    main()

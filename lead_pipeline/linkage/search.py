"""Searches the leads for people who may be one, and leaves what it finds for people to look at.

New leads against all, in portions, each in a transaction of its own: a search that is killed begins
again where the last whole one began, and finds the same.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from psycopg import sql

from lead_pipeline.database import Connection, copy_in, copy_out, run, statement
from lead_pipeline.linkage.compare import People, compare, require_extra
from lead_pipeline.linkage.comparisons import COLUMNS, COUNTED
from lead_pipeline.linkage.mixture import probabilities
from lead_pipeline.linkage.sentence import sentence

_log = logging.getLogger(__name__)
LIKELY = 0.5
"""From this chance on a pair is worth a look."""
# New leads that are looked at together, and leads by which chance is counted: memory's bounds.
_PORTION, _SAMPLE = 100_000, 200_000
# A key that more leads than these share tells nothing: each of them would be compared with each.
_MOST_ALIKE = 200
_NUMBERS = {"lead_id": pa.int64(), "other_lead_id": pa.int64()}


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to: leads that were new to it, pairs compared, pairs that are likely."""

    leads: int = 0
    pairs: int = 0
    found: int = 0

    def __add__(self, other: "Searched") -> "Searched":
        return Searched(
            self.leads + other.leads, self.pairs + other.pairs, self.found + other.found
        )


def search(session: Connection) -> Searched:
    """Look at the leads that are new or changed since the last search, or at all the first time.

    `session` is in autocommit. Open pairs of these leads that an earlier search found and that are
    likely no more go; what people have decided stays.

    Raises:
        OperatorError: Splink is not installed.
    """
    require_extra()
    (begun,) = run(session, "linkage/begin_search")
    searched = Searched()
    for portion in _portions(session, begun["since"]):
        searched += portion
        _log.info("%s leads looked at, %s pairs are likely", searched.leads, searched.found)
    told = {"leads": searched.leads, "pairs": searched.pairs, "found": searched.found}
    run(session, "linkage/end_search", {"started_at": begun["started_at"], **told})
    return searched


def _portions(session: Connection, since: datetime | None) -> Iterator[Searched]:
    last = 0
    while True:
        with session.transaction():
            portion = {"after": last, "since": since, "most": _PORTION}
            run(session, "linkage/collect_new", portion)
            run(session, "linkage/find_pairs", None, {"most_alike": sql.Literal(_MOST_ALIKE)})
            (counts,) = run(session, "linkage/count_people")
            if not counts["new"]:
                return
            last = counts["last"]
            found = _look(session, counts["new"], counts["leads"])
        yield Searched(counts["new"], counts["pairs"], found)


def _look(session: Connection, new: int, leads: int) -> int:
    """Compare the pairs that were found, and keep those that are likely; how many these are."""
    pairs = _read(session, "linkage/select_pairs", [*_NUMBERS], _NUMBERS)
    run(session, "linkage/create_found")
    found = _likely(session, pairs, new, leads) if len(pairs) else None
    if found is not None:
        copy_in(session, sql.Identifier("linkage_found"), found.column_names, found)
    run(session, "linkage/save_found")
    return 0 if found is None else len(found)


def _likely(session: Connection, pairs: pa.Table, new: int, leads: int) -> pa.Table:
    compared = compare(_people(session), pairs)
    chances = probabilities(compared.weighed, new, leads)
    (places,) = np.nonzero(chances >= LIKELY)
    return pa.table(
        {
            "lead_id": compared.lead_ids.take(places),
            "other_lead_id": compared.other_ids.take(places),
            "probability": pa.array(chances[places]),
            "sentence": [sentence(compared, at) for at in places.tolist()],
        }
    )


def _people(session: Connection) -> People:
    types = {"lead_id": pa.int64()}
    people = ["lead_id", *COLUMNS]
    names = sql.SQL(", ").join(map(sql.Identifier, people))
    sample = {"columns": names, "most": sql.Literal(_SAMPLE)}
    return People(
        paired=_read(session, "linkage/select_paired", people, types, {"columns": names}),
        anybody=_read(session, "linkage/select_anybody", people, types, sample),
        shares={name: _shares(session, name) for name in COUNTED},
    )


def _shares(session: Connection, column: str) -> pa.Table:
    names, types = [column, f"tf_{column}"], {f"tf_{column}": pa.float64()}
    which = {"column": sql.Identifier(column)}
    return _read(session, "linkage/select_shares", names, types, which)


def _read(
    session: Connection,
    name: str,
    columns: list[str],
    types: dict[str, pa.DataType],
    identifiers: Mapping[str, sql.Composable] | None = None,
) -> pa.Table:
    query = sql.SQL(statement(name)).format(**(identifiers or {}))
    schema = pa.schema([(column, types.get(column, pa.string())) for column in columns])
    return pa.concat_tables([schema.empty_table(), *copy_out(session, query, columns, types)])

"""Retiring old partitions: the host of the runs forgets their keys, so that its pages stay quick.

The ledger says which are old. It, the archive and the leads stay as they are; and as the ledger
decides what is done, nothing that was retired is imported again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.ledger import Import

_PORTION = 1000  # keys at a time


class Partitions(Protocol):
    """The keys of partitions that the host of the runs knows."""

    def portions(self, size: int) -> Iterator[Sequence[str]]:
        """All keys, the first added first, at most `size` at a time; they may go meanwhile."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """All of these or none, in one transaction."""
        ...

    def add(self, key: str) -> None:
        """Nothing happens for a key that is there."""
        ...


@dataclass(frozen=True, slots=True)
class Retired:
    """How many keys were retired and how many kept, so far."""

    retired: int = 0
    kept: int = 0


def retire(
    session: Connection, partitions: Partitions, before: datetime, *, dry_run: bool = False
) -> Iterator[Retired]:
    """Remove the keys of imports that ended before an aware time, and tell after each portion.

    Kept are keys with an import that has not ended, that the ledger does not know, or that ended
    later. Safe to stop and to run again: what is removed is not met a second time. With `dry_run`
    keys are only counted.

    Raises:
        OutsideTrouble: the database is unwell; try again.
    """
    done = Retired()
    for keys in partitions.portions(_PORTION):
        ended = run(session, "intake/select_ended_partitions", {"keys": [*keys], "before": before})
        old = [row["partition_key"] for row in ended]
        if old and not dry_run:
            partitions.remove(old)
        done = Retired(done.retired + len(old), done.kept + len(keys) - len(old))
        yield done


def restore(partitions: Partitions, import_: Import) -> str:
    """Give an import its key back, so that it can be materialized by hand; the key.

    Raises:
        OperatorError: it never had one.
    """
    if import_.partition_key is None:
        raise OperatorError(
            f"import {import_.import_id} has no partition: {import_.error or import_.status}"
        )
    partitions.add(import_.partition_key)
    return import_.partition_key

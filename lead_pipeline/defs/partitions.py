"""The partitions of all import assets, one per file version, and which of them Dagster knows."""

from collections.abc import Iterator, Sequence
from typing import cast

import dagster as dg
from dagster._core.storage.event_log import EventLogStorage, SqlEventLogStorage
from dagster._core.storage.event_log.schema import DynamicPartitionsTable

_NAME = "imports"
imports = dg.DynamicPartitionsDefinition(name=_NAME)


class KnownPartitions:
    """The keys in Dagster's storage, as intake/retire.py needs them: never all of them at once."""

    def __init__(self, storage: EventLogStorage) -> None:
        self._storage = cast(SqlEventLogStorage, storage)  # as all of Dagster's storages are

    def portions(self, size: int) -> Iterator[Sequence[str]]:
        cursor, more = None, True
        while more:
            page = self._storage.get_paginated_dynamic_partitions(_NAME, size, True, cursor)
            yield page.results
            cursor, more = page.cursor, page.has_more

    def remove(self, keys: Sequence[str]) -> None:
        # Dagster itself removes one key at a time, each in a transaction of its own: that takes
        # minutes for 100,000.
        table = DynamicPartitionsTable
        ours = (table.c.partitions_def_name == _NAME) & table.c.partition.in_(keys)
        with self._storage.index_connection() as connection:
            connection.execute(table.delete().where(ours))

    def add(self, key: str) -> None:
        self._storage.add_dynamic_partitions(_NAME, [key])

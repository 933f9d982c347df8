"""Dagster's own tables, in the same database as ours: the `storage` of dagster.yaml.

The address comes from settings.py, so that dagster.yaml needs no environment variable to be set.
"""

import os
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy
from dagster._config.config_schema import UserConfigSchema
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import create_pg_connection

from lead_pipeline.settings import load_settings

_REST_SECONDS = 1.0  # a connection that was used this short a time ago is taken as good


class LeadStorage(DagsterPostgresStorage):
    """dagster-postgres on the schema `dagster` of the database that the settings name.

    dagster-postgres itself connects anew for every statement, some 130 times in an import. Here all
    storages of a process share a few connections that stay open.
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(
            postgres_url, should_autocreate_tables=not _is_made(postgres_url), inst_data=inst_data
        )
        for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
            storage._engine = _engine(postgres_url)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003 - the signature is Dagster's
    ) -> "LeadStorage":
        return cls(load_settings().dagster_database_url, inst_data)


def _is_made(url: str) -> bool:
    """Whether all of Dagster's tables are there, so that its storages need not look for theirs."""
    with create_pg_connection(_engine(url)) as connection:
        return sqlalchemy.inspect(connection).has_table("jobs")  # of the storage made last


@cache
def _engine(url: str) -> sqlalchemy.Engine:
    """The connections of this process: two stay open, more come and go with its threads."""
    engine = sqlalchemy.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=2,
        max_overflow=30,
        hide_parameters=True,  # an error is to quote nothing
    )
    sqlalchemy.event.listen(engine, "checkin", _rests)
    sqlalchemy.event.listen(engine, "checkout", _require_alive)
    # A connection belongs to the process that opened it: a fork begins without any.
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


def _rests(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _require_alive(connection: Any, record: Any, _proxy: object) -> None:
    """Ask a connection that has rested for an answer; the pool replaces one that has none.

    The pool's own `pool_pre_ping` asks each time, which is every second statement of a run.
    """
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) > _REST_SECONDS:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except connection.Error as error:
            raise sqlalchemy.exc.DisconnectionError from error

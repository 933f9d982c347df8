"""Brings the database's tables up to date: the numbered migrations, then the columns of fields.

The migrations run by Alembic; columns of `leads` and `leads_master` come from the list of fields.
"""

from collections.abc import Mapping

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from psycopg import sql

from lead_pipeline.database.connection import connect, quiet_faults
from lead_pipeline.database.packaged import packaged
from lead_pipeline.database.pooling import require_own_session
from lead_pipeline.database.statements import statement
from lead_pipeline.fields.catalogue import fields, lead_columns
from lead_pipeline.normalizing.plan import SQL_TYPES
from lead_pipeline.settings import Settings

_MIGRATION_LOCK = 0x1EAD_0000_0000_0001  # any number that nobody else uses


@quiet_faults()
def upgrade_schema(settings: Settings) -> None:
    """Create or upgrade every table of ours, and tell it the account's time zone.

    Safe to run at each start, also by two at once.

    Raises:
        OperatorError: the address pools by transaction, and the message says which one to use; or
            the role may not make tables.
        OutsideTrouble: the database does not answer.
    """
    for url in {settings.database_url, settings.owner_url}:
        require_own_session(url)
    config = Config()
    config.set_main_option(
        "script_location", str(packaged("sql") / "migrations").replace("%", "%%")
    )
    engine = sqlalchemy.create_engine(settings.alembic_url, poolclass=sqlalchemy.NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)  # noqa: S101 - narrows the type
            _add_field_columns(driver)
            driver.execute(statement("database/index_leads"))
            driver.execute(statement("database/define_views"))
            driver.execute("UPDATE account SET time_zone = %s", [settings.time_zone])
            if settings.database_owner_url:
                _grant_rights(driver, settings.database_url)
    except sqlalchemy.exc.DBAPIError as error:
        raise error.orig or error from None


def _grant_rights(owner: psycopg.Connection, url: str) -> None:
    """To the role that comes by `url`, what imports need."""
    with connect(url) as session:
        row = session.execute("SELECT current_user AS role").fetchone() or {}
    role = sql.Identifier(row["role"])
    owner.execute(sql.SQL(statement("database/grant_rights")).format(role=role))


def _add_field_columns(connection: psycopg.Connection) -> None:
    """A text column per field in `leads`, a typed one per field that leads keep in `leads_master`.

    New fields are added, none is removed.
    """
    _add_columns(connection, "leads", dict.fromkeys(fields(), "text"))
    kept = lead_columns().items()
    typed = {name: SQL_TYPES.get(field.kind, "text") for name, field in kept}
    _add_columns(connection, "leads_master", typed)


def _add_columns(connection: psycopg.Connection, table: str, columns: Mapping[str, str]) -> None:
    known = {
        row[0]
        for row in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
            [table],
        )
    }
    missing = {name: kind for name, kind in columns.items() if name not in known}
    if missing:
        added = sql.SQL(", ").join(
            sql.SQL("ADD COLUMN {} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in missing.items()
        )
        connection.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(table), added))

"""Brings the database's tables up to date: the numbered migrations, then the staging columns.

The migrations run by Alembic; the columns of `leads` come from the list of fields.
"""

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from psycopg import sql

from lead_pipeline.database.packaged import packaged
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.settings import Settings

_MIGRATION_LOCK = 0x1EAD_0000_0000_0001  # any number that nobody else uses


def upgrade_schema(settings: Settings) -> None:
    """Create or upgrade every table of ours, and tell it the account's time zone.

    Safe to run at each start, also by two at once.

    Raises:
        OutsideTrouble: the database does not answer.
    """
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
            _add_staging_columns(driver)
            driver.execute("UPDATE account SET time_zone = %s", [settings.time_zone])
    except sqlalchemy.exc.OperationalError as error:
        raise OutsideTrouble(f"the database does not answer: {error.orig}") from error


def _add_staging_columns(connection: psycopg.Connection) -> None:
    """One text column per canonical field in `leads`; new fields are added, none is removed."""
    known = {
        row[0]
        for row in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'leads'::regclass AND attnum > 0"
        )
    }
    missing = [name for name in fields() if name not in known]
    if missing:
        added = sql.SQL(", ").join(
            sql.SQL("ADD COLUMN {} text").format(sql.Identifier(name)) for name in missing
        )
        connection.execute(sql.SQL("ALTER TABLE leads {}").format(added))

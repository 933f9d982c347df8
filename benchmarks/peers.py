"""Others that load a CSV file into PostgreSQL, each as its own documentation shows it.

    python benchmarks/peers.py sql|pandas|dlt|django URL FILE

Prints the seconds that loading took, with the reading of the file, without the start of the process
and its imports. Nothing here is tuned; import.py runs each in a process and database of its own.
"""

import argparse
import csv
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_DJANGO_BATCH = 500

# Of the file with this first column: its contacts (name and mail), and what is said beside them.
_CONTACTS = {
    "lead_id": (
        [("first_name || ' ' || last_name", "email")],
        ["address_1", "city", "state", "postal_code"],
    ),
    "FirstName": (
        [
            *((f'"Contact{n}Name"', f'"Contact{n}Email_1"') for n in (1, 2, 3)),
            ('"MLS_Curr_ListAgentName"', '"MLS_Curr_ListAgentEmail"'),
        ],
        [
            *("PropertyAddress", "PropertyCity", "PropertyState", "PropertyPostalCode"),
            *("PropertyType", "Baths", "Beds", "YearBuilt", "SquareFootage", "WholesaleValue"),
            *("AssessedTotal", "MLS_Curr_Status", "MLS_Curr_DaysOnMarket"),
        ],
    ),
}


def _load_by_sql(url: str, path: Path) -> float:
    """A script of four statements: COPY, a SELECT for each contact, rename, truncate.

    A contact with a name and a mail is a row. Values stay as they are, nobody is matched, nothing
    is counted.
    """
    header = [sql.Identifier(name) for name in _header(path)]
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in header)
    create = sql.SQL("CREATE TABLE leads (id bigserial PRIMARY KEY, {})").format(columns)
    copy = sql.SQL("COPY leads ({}) FROM STDIN (FORMAT csv, HEADER)")
    normalize = sql.SQL("CREATE TABLE normalized_leads AS {}").format(_contacts(_header(path)[0]))
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(create)
        start = time.perf_counter()
        with session.cursor().copy(copy.format(sql.SQL(", ").join(header))) as target:
            target.write(path.read_bytes())
        session.execute(normalize)
        session.execute("ALTER TABLE normalized_leads RENAME TO normalized_file_0123456789ab")
        session.execute("TRUNCATE leads")
        return time.perf_counter() - start


def _contacts(first_column: str) -> sql.Composable:
    contacts, beside = _CONTACTS[first_column]
    select = sql.SQL(
        "SELECT id AS original_lead_id, {name} AS contact_name, {mail} AS contact_email, {beside}"
        " FROM leads WHERE {name} IS NOT NULL AND {mail} IS NOT NULL"
    )
    told = sql.SQL(", ").join(map(sql.Identifier, beside))
    return sql.SQL(" UNION ALL ").join(
        select.format(name=sql.SQL(name), mail=sql.SQL(mail), beside=told)
        for name, mail in contacts
    )


def _load_by_pandas(url: str, path: Path) -> float:
    """https://pandas.pydata.org/docs/reference/api/pandas.DataFrame.to_sql.html"""
    import pandas as pd
    import sqlalchemy

    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    start = time.perf_counter()
    frame = pd.read_csv(path, dtype=str)
    frame.to_sql("leads", engine, if_exists="replace", index=False)
    return time.perf_counter() - start


def _load_by_dlt(url: str, path: Path) -> float:
    """https://dlthub.com/docs/dlt-ecosystem/verified-sources/filesystem/basic"""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DLT_DATA_DIR": folder,
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "RUNTIME__LOG_LEVEL": "ERROR",  # else it warns of columns without a value
        }
        import dlt
        from dlt.sources.filesystem import filesystem, read_csv

        address = conninfo_to_dict(url)
        pipeline = dlt.pipeline(
            "leads",
            destination=dlt.destinations.postgres(
                {
                    "database": address["dbname"],
                    "username": address["user"],
                    "password": "none",
                    "host": "localhost",  # libpq takes that of the query, a Unix socket
                    "query": {"host": address["host"]},
                }
            ),
            dataset_name="peer",
        )
        start = time.perf_counter()
        rows = filesystem(str(path.parent), file_glob=path.name) | read_csv(dtype=str)
        pipeline.run(rows.with_name("leads"))
        return time.perf_counter() - start


def _load_by_django(url: str, path: Path) -> float:
    """https://docs.djangoproject.com/en/5.2/ref/models/querysets/#bulk-create"""
    import django
    from django.conf import settings

    address = conninfo_to_dict(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address["dbname"],
        "USER": address["user"],
        "HOST": address["host"],
    }
    settings.configure(DATABASES={"default": database})
    django.setup()
    from django.db import connection, models

    fields = {name: models.TextField(db_column=name) for name in _header(path)}
    about = type("Meta", (), {"app_label": "peer", "db_table": "leads"})
    lead: Any = type("Lead", (models.Model,), {"__module__": __name__, "Meta": about, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(lead)
    start = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file:
        lead.objects.bulk_create(
            (lead(**row) for row in csv.DictReader(file)), batch_size=_DJANGO_BATCH
        )
    return time.perf_counter() - start


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else who loads a file: the package that does it, and how."""

    name: str
    package: str
    way: str
    load: Callable[[str, Path], float]

    @property
    def version(self) -> str | None:
        """None if it is not installed."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


PEERS = [
    Peer("sql", "psycopg", "a script of COPY, SELECT, rename, truncate", _load_by_sql),
    Peer("pandas", "pandas", "read_csv and to_sql", _load_by_pandas),
    Peer("django", "django", f"DictReader and bulk_create of {_DJANGO_BATCH}", _load_by_django),
    Peer("dlt", "dlt", "read_csv and pipeline.run", _load_by_dlt),
]


def main() -> None:
    peers = {peer.name: peer for peer in PEERS}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=peers)
    parser.add_argument("url", help="of an empty database")
    parser.add_argument("file", type=Path, help="one of generate.py")
    options = parser.parse_args()
    print(peers[options.peer].load(options.url, options.file))


if __name__ == "__main__":
    main()

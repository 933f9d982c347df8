"""However an import breaks, nothing of the people in its file is told: not in the server's log, not
in Dagster's events, not in the ledger, not on a terminal, not by the API.

The database itself breaks it, from the inside: with a default of `leads`, which COPY asks for each
row, or with a trigger of `leads_master`.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.people import change
from lead_pipeline_tests.integration.stack import (
    eventually,
    import_of,
    running_up,
    session_of,
    tables_of,
)
from lead_pipeline_tests.making import csv_file

PEOPLE = [
    ("Quirina Zylberstein", "quirina.zylberstein@example.com", "(202) 555-0171", "q-note-4711"),
    ("Xaver Wurzelsepp", "xaver.wurzelsepp@example.net", "(202) 555-0172", "x-note-4712"),
]
FILE = csv_file(("Full Name", "Email", "Phone", "Note"), PEOPLE)
PIECES = ["quirina", "zylberstein", "xaver", "wurzelsepp", "5550171", "5550172", "555-0171",
          "555-0172", "note-471"]  # fmt: skip

# What the database does while a row is loaded, and what while a lead is written.
LOADING = {
    "the COPY fails": "RAISE 'it stops here'",
    "the COPY is cancelled": "PERFORM pg_cancel_backend(pg_backend_pid()), pg_sleep(5)",
    "the COPY is killed": "PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5)",
}
DECIDING = {
    "a name is no date": "PERFORM NEW.full_name::date",
    "a mail is no number": "PERFORM NEW.email::integer",
    "a phone is too big": "PERFORM NEW.phone_e164::integer",
    "a row is refused": "RAISE check_violation USING DETAIL = NEW.full_name, HINT = NEW.email",
    "the statement is cancelled": "PERFORM pg_cancel_backend(pg_backend_pid()), pg_sleep(5)",
    "the backend is killed": "PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5)",
}
CONSTRAINTS = {
    "a check": "ALTER TABLE leads_master ADD CHECK (full_name IS NULL)",
    "a missing value": "ALTER TABLE leads_master ALTER assigned_to SET NOT NULL",
    "a unique key": "CREATE UNIQUE INDEX ON leads_master ((last_import_id), (left(full_name, 0)))",
    "a reference": "ALTER TABLE leads_master ADD FOREIGN KEY (full_name) REFERENCES suppliers",
}
BAD_FILES = {
    "a quote that nobody closes": FILE + b'"' + FILE[30:],
    "no text": FILE + bytes(range(256)) * 8,
    "no list": b"<html>" + FILE,
    "a workbook that is none": b"PK\x03\x04" + FILE,
}


@pytest.fixture
def told(
    site: Site,
    postgres: EmbeddedPostgres,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Callable[[Import, dg.DagsterInstance, str], str]:
    """All that anybody is told of an import, as one text in small letters."""
    caplog.set_level(logging.DEBUG)
    before = postgres.log.stat().st_size

    def everything(import_: Import, instance: dg.DagsterInstance, run_id: str) -> str:
        with postgres.log.open("rb") as log:
            log.seek(before)
            server = log.read().decode()
        events = [dg.serialize_value(entry) for entry in instance.all_logs(run_id)]
        ledger = rows(site, "SELECT * FROM lead_sources WHERE import_id = %s", import_.import_id)
        printed = capfd.readouterr()
        parts = (server, *events, str(ledger), caplog.text, printed.out, printed.err)
        return "\n".join(parts).lower()

    return everything


def breaks(site: Site, told: Callable[..., str], content: bytes = FILE) -> Import:
    """The import as it broke, of which nothing was told that stands in its file."""
    import_ = drop(site, "Acme/list.csv", content)
    instance = dg.DagsterInstance.ephemeral()
    result = import_object(site, import_, instance=instance)
    text = told(import_, instance, result.run_id)
    assert [piece for piece in PIECES if piece in text] == []
    return state(site, import_)


@pytest.mark.parametrize("body", LOADING.values(), ids=LOADING.keys())
def test_while_rows_are_loaded(site: Site, told: Callable[..., str], body: str) -> None:
    change(
        site,
        f"CREATE FUNCTION stop() RETURNS text LANGUAGE plpgsql AS $$ BEGIN {body}; END $$;"
        "ALTER TABLE leads ADD COLUMN stop text; ALTER TABLE leads ALTER stop SET DEFAULT stop()",
    )
    assert breaks(site, told).status.value == "waiting"


@pytest.mark.parametrize("body", DECIDING.values(), ids=DECIDING.keys())
def test_while_leads_are_written(site: Site, told: Callable[..., str], body: str) -> None:
    change(
        site,
        f"CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body};"
        " RETURN NEW; END $$; CREATE TRIGGER stop BEFORE INSERT ON leads_master"
        " FOR EACH ROW EXECUTE FUNCTION stop()",
    )
    assert breaks(site, told).status.value == "normalized"


@pytest.mark.parametrize("statement", CONSTRAINTS.values(), ids=CONSTRAINTS.keys())
def test_where_a_lead_breaks_a_rule(site: Site, told: Callable[..., str], statement: str) -> None:
    change(site, statement)
    assert breaks(site, told).status.value == "normalized"


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_where_the_file_is_at_fault(site: Site, told: Callable[..., str], content: bytes) -> None:
    breaks(site, told, content)


def test_a_real_stack_tells_nothing_either(tmp_path: Path) -> None:
    """Logs of every part, runs, events, ticks and their cursors, and the ledger."""
    home = tmp_path / "home"
    with running_up(home) as stack, session_of(stack.settings) as session:
        session.execute(
            "CREATE FUNCTION stop() RETURNS text LANGUAGE plpgsql AS"
            f" $$ BEGIN {LOADING['the COPY is killed']}; END $$;"
            "ALTER TABLE leads ADD stop text; ALTER TABLE leads ALTER stop SET DEFAULT stop()"
        )
        stack.put("Acme/list.csv", FILE.decode())
        (home / "source").unlink()
        eventually(
            lambda: (import_of(session, "Acme/list.csv") or {}).get("error"), "it is told why"
        )
        stack.run("status", "list.csv")
        tables = [f"dagster.{name}" for name in tables_of(session, "dagster")]
        texts = {
            table: "\n".join(
                row["text"] for row in session.execute(f"SELECT t::text AS text FROM {table} AS t")
            )
            for table in [*tables, "lead_sources"]
        }
        texts |= {log.name: log.read_text() for log in (home / "logs").iterdir()}
    assert "the database went away" in texts["dagster.event_logs"]
    found = {where: [p for p in PIECES if p in text.lower()] for where, text in texts.items()}
    assert {where: pieces for where, pieces in found.items() if pieces} == {}


def test_an_error_tells_its_kind_and_its_place_without_the_value(site: Site) -> None:
    for statement, sentence in (
        ("SELECT 'Ann Lee'::date", 'invalid input syntax for type date: "..."'),
        ("SELECT '99999999999'::integer", 'value "..." is out of range for type integer'),
        ("INSERT INTO dnc_lists (name) VALUES ('Ann'), ('Ann')", "null value in column"),
    ):
        with pytest.raises(psycopg.Error) as caught, connect(site.settings.database_url) as session:
            session.execute(statement)
        assert str(caught.value).startswith(sentence)
        assert "Ann" not in str(caught.value)


def test_the_server_keeps_no_statement_and_no_row(postgres: EmbeddedPostgres) -> None:
    with connect(postgres.url) as session:
        shown = [
            session.execute(f"SHOW {name}").fetchone()
            for name in ("log_error_verbosity", "log_min_error_statement", "log_min_messages")
        ]
    assert [next(iter(row.values())) for row in shown if row] == ["terse", "panic", "log"]
    assert Path(postgres.log).is_file()

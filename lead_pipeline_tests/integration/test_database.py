"""COPY in and out brings back what went in; a server that is down is trouble outside."""

import tempfile
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from lead_pipeline.database import connect, copy_in, copy_out, run, statement
from lead_pipeline.database.packaged import packaged
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import dump

TABLE = sql.Identifier("things")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
NASTY = ["", '"', '""', "\\", "\\.", "\\N", "\n", "\r", "\r\n", ",", "NULL", "'", "\t"]
CELL = st.none() | TEXT | st.sampled_from(NASTY)


def there_and_back(url: str, table: pa.Table) -> tuple[list[dict[str, object]], pa.Table]:
    """What the database says it holds, and what COPY brings back."""
    names = table.column_names
    with connect(url) as session:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL("bigint" if n == "n" else "text"))
            for n in names
        )
        session.execute(sql.SQL("CREATE TEMPORARY TABLE things ({})").format(columns))
        copy_in(session, TABLE, names, table)
        held = session.execute("SELECT * FROM things ORDER BY n").fetchall()
        query = sql.SQL("SELECT {} FROM things ORDER BY n").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
        blocks = list(copy_out(session, query, names, {"n": pa.int64()}))
        session.execute("DROP TABLE things")
    return held, pa.concat_tables(blocks) if blocks else table.slice(0, 0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL), max_size=5))
def test_what_goes_in_comes_back(
    lead_settings: Settings, cells: list[tuple[str | None, str | None]]
) -> None:
    table = pa.table(
        {
            "n": pa.array(range(len(cells)), pa.int64()),
            "a b": pa.array([a for a, _ in cells], pa.string()),
            'quoted"': pa.array([b for _, b in cells], pa.string()),
        }
    )
    held, back = there_and_back(lead_settings.database_url, table)
    assert held == table.to_pylist()
    assert back.to_pylist() == table.to_pylist()


def test_a_single_column_of_nulls_keeps_its_rows(lead_settings: Settings) -> None:
    table = pa.table({"n": pa.array([None, None, 3], pa.int64())})
    held, back = there_and_back(lead_settings.database_url, table)
    assert len(held) == 3
    assert sorted(map(str, back["n"].to_pylist())) == ["3", "None", "None"]


def test_more_than_one_block_comes_back_whole_and_in_order(lead_settings: Settings) -> None:
    count = 30_000
    texts = [f'{n} "x"\n{"y" * 600}' for n in range(count)]
    table = pa.table({"n": pa.array(range(count), pa.int64()), "text": pa.array(texts)})
    held, back = there_and_back(lead_settings.database_url, table)
    assert len(held) == count
    assert back["n"].to_pylist() == list(range(count))
    assert back["text"].to_pylist() == texts


@pytest.mark.parametrize("url", ["postgresql://ann:hush-hush@127.0.0.1:1/leads",
                                 "postgresql://ann:hush-hush@/leads?host=/nowhere"])  # fmt: skip
def test_a_server_that_does_not_answer_is_trouble_outside(url: str) -> None:
    with (
        pytest.raises(OutsideTrouble, match="the database does not answer") as caught,
        connect(url),
    ):
        pass
    assert "hush-hush" not in str(caught.value)


def test_the_schema_of_a_server_that_does_not_answer_is_trouble_outside(tmp_path: Path) -> None:
    down = read_settings({"LEADS_DATABASE_URL": "postgresql://ann@127.0.0.1:1/leads"})
    with pytest.raises(OutsideTrouble, match="the database does not answer"):
        upgrade_schema(down)


def test_a_session_that_is_ended_by_the_server_is_trouble_outside(lead_settings: Settings) -> None:
    with (  # noqa: PT012
        pytest.raises(OutsideTrouble, match="the database went away"),
        connect(lead_settings.database_url, autocommit=True) as victim,
        connect(lead_settings.database_url, autocommit=True) as other,
    ):
        other.execute("SELECT pg_terminate_backend(%s)", [victim.info.backend_pid])
        victim.execute("SELECT 1")


def test_a_mistake_of_ours_is_raised_as_it_is(lead_settings: Settings) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), connect(lead_settings.database_url) as one:
        one.execute("SELECT * FROM nowhere")


def test_what_is_not_committed_has_not_happened(lead_settings: Settings) -> None:
    with (  # noqa: PT012
        pytest.raises(ZeroDivisionError),
        connect(lead_settings.owner_url) as session,
    ):
        session.execute("CREATE TABLE things (n int)")
        raise ZeroDivisionError
    with connect(lead_settings.database_url) as session:
        assert session.execute("SELECT to_regclass('things') AS t").fetchone() == {"t": None}


def test_a_restarted_server_has_what_was_committed() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        server.start()
        try:
            with connect(server.owner_url) as session:
                session.execute("CREATE TABLE things (n int)")
            server.stop()
            with pytest.raises(OutsideTrouble), connect(server.owner_url):
                pass
            server.start()
            with connect(server.owner_url) as session:
                assert session.execute("SELECT count(*) AS n FROM things").fetchone() == {"n": 0}
        finally:
            server.stop()


def test_every_statement_begins_with_why_it_is_there() -> None:
    for path in (packaged("sql") / "statements").glob("*.sql"):
        assert statement(path.stem).startswith("-- "), path.name


def test_a_value_is_bound_and_never_pasted(lead_settings: Settings) -> None:
    nasty = "'; DROP TABLE lead_sources; --"
    with connect(lead_settings.database_url) as session:
        found = run(session, "ledger/find_imports", {"reference": nasty}).fetchall()
        assert found == []
        assert session.execute("SELECT count(*) AS n FROM lead_sources").fetchone() == {"n": 0}


def test_the_schema_can_be_brought_up_to_date_again_and_again(site: Site) -> None:
    before = dump(site)
    for _ in range(2):
        upgrade_schema(site.settings)
    assert dump(site) == before
    assert rows(site, "SELECT count(*) AS n FROM schema_version") == [{"n": 1}]

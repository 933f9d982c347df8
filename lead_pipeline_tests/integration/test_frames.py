"""Leads, imports and registries as DataFrames, on a real database."""

from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline import frames
from lead_pipeline.database import connect, read_table
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.suppliers import settle_terms
from lead_pipeline_tests.integration.people import agree, day, imported

ANN = {"name": "Ann Oak", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(3)}
BOB = {"name": "Bob Elm", "phone": "202-555-0102", "at": day(4), "city": "Austin"}
NOBODY = {"name": "Cy Fir"}


def test_leads_are_a_row_a_person_with_types_and_missing_values(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, BOB)

    found = frames.leads(site.settings).sort_values("full_name")

    assert found["full_name"].tolist() == ["Ann Oak", "Bob Elm"]
    assert found["email"].isna().tolist() == [False, True]
    assert found["received_at"].tolist() == [
        datetime(2026, 1, number, 12, tzinfo=UTC) for number in (3, 4)
    ]
    assert found["phones"].tolist() == [["+12025550101"], ["+12025550102"]]
    assert found["is_qualified"].tolist() == [False, False]
    assert found["source"].tolist() == ["Acme", "Acme"]
    kinds = {name: found[name].dtype for name in ("lead_id", "tags", "received_at", "email")}
    assert kinds == {
        "lead_id": pd.ArrowDtype(pa.int64()),
        "tags": pd.ArrowDtype(pa.list_(pa.string())),
        "received_at": pd.ArrowDtype(pa.timestamp("us", "UTC")),
        "email": pd.ArrowDtype(pa.string()),
    }


def test_imports_have_their_outcomes_and_times_the_newest_first(site: Site) -> None:
    imported(site, "Acme/one.csv", ANN, NOBODY)
    imported(site, "Acme/two.csv", ANN)

    found = frames.imports(site.settings)

    assert found["original_filename"].tolist() == ["two.csv", "one.csv"]
    assert found["contacts_new"].tolist() == [0, 1]
    assert found["rows_rejected"].tolist() == [0, 1]
    assert found["contacts_same_source"].tolist() == [1, 0]
    assert found["cost_per_lead"].isna().all()
    assert found["status"].tolist() == ["completed", "completed"]


def test_rejected_rows_are_the_file_s_own_with_the_reasons_beside(site: Site) -> None:
    import_ = imported(site, "Acme/one.csv", ANN, NOBODY)

    found = frames.rejected(import_.import_id, site.settings)

    assert found["_row"].tolist() == [3]
    assert found["Name"].tolist() == ["Cy Fir"]
    assert found["_code"].tolist() == ["not_contactable"]
    assert [*found.columns][-3:] == ["_row", "_code", "_reason"]


def test_an_import_that_there_is_not_has_no_rejected_rows(site: Site) -> None:
    with pytest.raises(OperatorError, match="no import is called '77'"):
        frames.rejected(77, site.settings)


def test_sources_and_suppliers_are_what_the_commands_list(site: Site) -> None:
    imported(site, "Acme/one.csv", ANN, BOB)
    agree(site, "Acme", price="12.505")

    sources, suppliers = frames.sources(site.settings), frames.suppliers(site.settings)

    assert sources[["display_name", "total_leads_count"]].values.tolist() == [["Acme", 2]]
    assert suppliers[["supplier", "imports", "leads"]].values.tolist() == [["Acme", 1, 2]]
    assert suppliers["cost_per_lead"].tolist() == [Decimal("12.505")]


def test_without_any_row_there_are_the_columns_with_their_types(site: Site) -> None:
    found = frames.leads(site.settings)

    assert len(found) == 0
    assert found["lead_id"].dtype == pd.ArrowDtype(pa.int64())
    assert found["tags"].dtype == pd.ArrowDtype(pa.list_(pa.string()))


TEXT = st.text(st.characters(exclude_characters="\x00\x1f", exclude_categories=["Cs"]), max_size=9)
LEAD = st.tuples(
    st.none() | TEXT, st.none() | st.lists(TEXT, min_size=1, max_size=3), st.booleans()
)
PRICES = st.none() | st.decimals(0, 10**7, places=4)


@given(st.lists(LEAD, max_size=5), st.lists(PRICES, max_size=5))
def test_what_tables_hold_comes_back_as_it_is(
    postgres_url: str, leads: list[tuple[object, ...]], prices: list[Decimal | None]
) -> None:
    with connect(postgres_url) as session, session.transaction(force_rollback=True):
        for number, (company, tags, qualified) in enumerate(leads):
            session.execute(
                "INSERT INTO leads_master (lead_id, id, company, tags, is_qualified, source_id,"
                " import_id, row_number, contact_number, received_at, last_received_at,"
                " last_import_id)"
                " VALUES (%s, %s, %s, %s, %s, 1, 1, 1, 1, now(), now(), 1)",
                [number, number, company, tags, qualified],
            )
        for number, price in enumerate(prices):
            settle_terms(session, f"{number}", Agreement(price=price))
        told = read_table(session, "frames/select_leads").to_pylist()
        costs = read_table(session, "suppliers/list_suppliers")["cost_per_lead"].to_pylist()

    assert [(row["company"], row["tags"], row["is_qualified"]) for row in told] == leads
    assert costs == prices


@pytest.fixture(scope="module")
def postgres_url(postgres: EmbeddedPostgres, template: str) -> str:
    """A database of its own for all examples."""
    with psycopg.connect(postgres.superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE frames_examples TEMPLATE {template}")
    return postgres.superuser_url.replace("/postgres?", "/frames_examples?")

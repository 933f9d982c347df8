"""What lists are worth, for people and as an asset that Dagster plots."""

from typing import Any

import dagster as dg

from lead_pipeline.database import connect
from lead_pipeline.defs.money import supplier_worth
from lead_pipeline.imports.site import Site
from lead_pipeline.money.report import worth
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import resource
from lead_pipeline_tests.integration.money.books import came, on, terms
from lead_pipeline_tests.integration.people import Person, change

ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101"}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102"}
CY: Person = {"name": "Cy Roe", "phone": "202-555-0103"}


def bought(site: Site) -> Site:
    """Three leads of Acme for ten each, one of them qualified and sold; Harbor has one of them."""
    terms(site, "Acme", "price = 10")
    terms(site, "Harbor", "price = 8")
    came(site, "Acme/list.csv", on(1, 5), ANN, BO, CY, {"name": "Nobody", "phone": "12"})
    came(site, "Harbor/list.csv", on(1, 9), BO)
    change(
        site,
        "UPDATE leads_master SET status = 'Sold', is_qualified = true WHERE full_name = 'Ann Lee'",
    )
    return site


def metadata(site: Site) -> dict[str, Any]:
    done = dg.materialize(
        [supplier_worth], resources={"site": resource(site)}, selection=[supplier_worth]
    )
    (made,) = done.asset_materializations_for_node("supplier_worth")
    return {name: value.value for name, value in made.metadata.items()}


def test_a_week_has_its_shares_and_what_each_lead_came_to_cost(site: Site) -> None:
    with connect(bought(site).settings.database_url) as session:
        acme, harbor = (one.facts for one in worth(session))
    told = ("contacts", "new", "invalid_share", "owed", "cost_per_new_lead", "cost_per_qualified",
            "cost_per_sale")  # fmt: skip
    assert [acme[name] for name in told] == [4, 3, 0.25, 30, 10, 30, 30]
    assert [harbor[name] for name in told] == [1, 0, 0, 0, None, None, None]
    assert harbor["duplicates_share"] == 1


def test_the_asset_has_tables_and_figures_that_are_plotted(site: Site) -> None:
    found = metadata(bought(site))
    figures = ("contacts", "new leads", "owed", "owed for a new lead")
    assert [found[name] for name in figures] == [5, 3, 30, 10]
    assert "| Acme |" in found["by week"]
    assert "| Acme | Harbor | 1 | 1.0000 | 0 |" in found["overlap"]


def test_an_empty_database_has_nothing_to_plot(site: Site) -> None:
    assert metadata(site)["contacts"] == 0


def test_the_command_prints_both(site: Site, command: Command) -> None:
    bought(site)
    out = command("suppliers", "report").out
    assert "30.00 USD" in out
    assert "100.0%" in out
    (told,) = command("suppliers", "report", "--json").documents
    assert [one["supplier"] for one in told["worth"]] == ["Acme", "Harbor"]
    assert command("suppliers", "report", "Nobody").out == "nothing came in these weeks\n"

"""Pulled sources in Dagster: what is in the graph, what a materialization says, what is due."""

from dataclasses import replace
from datetime import timedelta

import dagster as dg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.defs import connectors
from lead_pipeline.defs.assets import lead_imports
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Accounts, MetaAccount
from lead_pipeline_tests.integration.dagster_run import resource, rows
from lead_pipeline_tests.vendors.accounts import graph, server, vendors
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["graph", "server", "vendors"]

FORM = "810000000000001"


@pytest.fixture
def page(site: Site, vendors: Vendors, graph: Graph) -> Site:
    """A site with an account at the fake of Meta, which has two leads of the second of November."""
    graph.add_form(FORM)
    for n in range(2):
        graph.add_lead(
            FORM, f"70000{n}", full_name="Dana Example", phone_number=f"+120255501{n:02}"
        )
    graph.time.advance(hours=1)
    account = MetaAccount(
        graph.page_id, graph.token, graph.app_secret, base_url=f"{vendors.url}/graph"
    )
    return replace(site, settings=replace(site.settings, accounts=Accounts(meta=account)))


def pulled(site: Site) -> connectors.PulledSources:
    return connectors.pulled(site.settings)


def materialize(
    site: Site, config: dict[str, str], instance: dg.DagsterInstance | None = None
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        pulled(site).assets,
        resources={"site": resource(site)},
        run_config={"ops": {"meta_leads": {"config": config}}},
        instance=instance or dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


NOVEMBER = {"since": "2026-11-02T00:00:00+00:00", "until": "2026-11-03T00:00:00+00:00"}


def test_what_is_configured_is_upstream_of_the_bucket_and_the_rest_is_told(page: Site) -> None:
    found = pulled(page)
    assert found.names == ["meta_leads"]
    bucket = lead_imports("folder", found.names, found.absent)
    assert [dep.asset_key.to_user_string() for dep in bucket.deps] == ["meta_leads"]
    assert "knowlarity is not configured: set KNOWLARITY_API_KEY" in (bucket.description or "")
    (schedule,) = found.schedules
    assert schedule.cron_schedule == "*/15 * * * *"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_nothing_is_added_where_nothing_is_configured(site: Site) -> None:
    found = pulled(site)
    assert (found.assets, found.jobs, found.sensors, found.schedules) == ([], [], [], [])
    assert len(found.absent) == 5


def test_a_materialization_tells_what_was_read(page: Site) -> None:
    result = materialize(page, NOVEMBER)
    (event,) = result.get_asset_materialization_events()
    said = {k: v.value for k, v in event.materialization.metadata.items()}
    assert (said["status"], said["read"], said["new"], said["known"]) == ("done", 2, 2, 0)
    assert said["objects"] == ["meta/meta_api_1-2.ndjson"]
    assert "+1202" not in str(said)


def test_access_that_is_lost_fails_at_once_with_what_to_do(page: Site, graph: Graph) -> None:
    graph.expires = graph.time.now() - timedelta(days=1)
    result = materialize(page, NOVEMBER)
    assert not result.success
    (failure,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    told = str(failure.event_specific_data)
    assert "META_PAGE_ACCESS_TOKEN" in told
    assert graph.token not in told
    assert not [e for e in result.all_events if e.event_type_value == "STEP_UP_FOR_RETRY"]


def test_a_day_of_the_past_is_a_partition_of_a_backfill(page: Site) -> None:
    (backfill,) = [j for j in pulled(page).jobs if isinstance(j, dg.JobDefinition)]
    result = backfill.execute_in_process(
        partition_key="2026-11-02", resources={"site": resource(page)}
    )
    assert result.success
    assert rows(page, "SELECT new, since FROM connector_pulls")[0]["new"] == 2
    assert rows(page, "SELECT FROM connector_cursors") == []


def asked(site: Site) -> list[str | None]:
    """The run keys that the sensor asks for."""
    (sensor,) = pulled(site).sensors
    with dg.build_sensor_context(resources={"site": resource(site)}) as context:
        return [one.run_key for one in sensor(context) if isinstance(one, dg.RunRequest)]


def test_the_first_pull_is_due_at_once_and_the_next_when_one_is_late(page: Site) -> None:
    (first,) = asked(page)
    assert str(first).startswith("meta-late-")
    began(page, "now()")
    assert asked(page) == []
    began(page, "now() - interval '17 minutes'")
    assert len(asked(page)) == 1


def test_what_a_webhook_named_is_due_at_once_and_asked_for_once(page: Site) -> None:
    began(page, "now() - interval '1 minute'")
    with connect(page.settings.database_url) as session:
        session.execute(
            "INSERT INTO connector_notices (source, external_id, payload)"
            " VALUES ('meta', '1', '{}')"
        )
    assert len(set(asked(page) + asked(page))) == 1
    began(page, "now()")
    assert asked(page) == []


def began(site: Site, when: str) -> None:
    with connect(site.settings.owner_url) as session:
        session.execute("TRUNCATE connector_pulls CASCADE")
        session.execute(f"INSERT INTO connector_pulls (source, started_at) VALUES ('meta', {when})")

"""What Prometheus is told, and that the alerts and the dashboard ask for nothing else."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from lead_pipeline.access import tokens
from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.pull import pull
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.monitoring.metrics import MOST_SUPPLIERS, exposition
from lead_pipeline.suppression.load import Order, load_list
from lead_pipeline_tests.integration.connectors.vendor import CLOCK, MadeUp, record
from lead_pipeline_tests.integration.people import change, imported
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT
from tools.write_dashboard import TARGET, dashboard

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO = {"name": "Bo Ek", "mail": "bo@example.com"}
NOBODY = {"name": "Nobody At All"}
Told = dict[tuple[str, tuple[str, ...]], float]


def told(site: Site) -> Told:
    """Every sample by its name and the values of its labels, in the order of their names."""
    text = exposition(site.settings).decode()
    return {
        (sample.name.removeprefix("lead_pipeline_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_ledger_is_told_by_state_supplier_and_outcome(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN, ANN, NOBODY)
    imported(site, "Best/list.csv", ANN, BO)
    found = told(site)
    assert found["database_up", ()] == 1
    assert found["imports", ("completed",)] == 2
    assert found["imports", ("failed",)] == 0
    assert found["rows", ("contacts", "Acme")] == 2
    assert found["rows", ("rejected", "Acme")] == 1
    assert found["contacts", ("new", "Acme")] == 1
    assert found["contacts", ("in_file_duplicate", "Acme")] == 1
    assert found["contacts", ("new", "Best")] == 1
    assert found["import_to_end_seconds", ("1",)] >= found["import_to_end_seconds", ("0.5",)] > 0
    assert found["disk_free_bytes", ()] > 0


def test_what_was_undone_counts_as_an_import_and_not_as_contacts(site: Site) -> None:
    imported(site, "Acme/list.csv", ANN)
    undo_import(site, imported(site, "Best/list.csv", BO).import_id)
    found = told(site)
    assert found["imports", ("undone",)] == 1
    assert ("contacts", ("new", "Best")) not in found


def test_an_open_import_tells_for_how_long_it_waits(site: Site) -> None:
    assert told(site)["oldest_open_import_seconds", ()] == 0
    imported(site, "Acme/list.csv", ANN)
    change(
        site,
        "UPDATE lead_sources SET status = 'loaded', seen_at = now() - interval '1 hour'",
    )
    assert told(site)["oldest_open_import_seconds", ()] == pytest.approx(3600, abs=60)


def test_the_last_look_at_the_bucket_tells_its_age(site: Site, call: Caller) -> None:
    assert ("last_look_seconds", ()) not in told(site)
    change(site, "INSERT INTO last_look (looked_at) VALUES (now() - interval '1 hour')")
    assert told(site)["last_look_seconds", ()] == pytest.approx(3600, abs=60)
    ready = call("GET", "/api/ready")
    assert (ready.status, ready.json["database"]) == (200, "ok")
    assert ready.json["last_look_seconds"] == pytest.approx(3600, abs=60)


def test_lists_and_sources_tell_their_age(site: Site) -> None:
    path = site.settings.home / "national.csv"
    path.write_text("2025550199\n")
    with connect(site.settings.database_url, autocommit=True) as session:
        as_of = CLOCK.now() - timedelta(days=40)
        load_list(session, path, Order("national", kind="national", as_of=as_of), "US")
    pull(site, MadeUp({"form": [record(1), replace(record(2), problem="it has no id")]}))
    change(site, "UPDATE connector_pulls SET ended_at = now() - interval '2 hours'")
    found = told(site)
    assert found["dnc_list_entries", ("national", "national")] == 1
    assert found["dnc_list_age_seconds", ("national", "national")] > 40 * 86_400
    assert found["pull_age_seconds", ("meta",)] == pytest.approx(7200, abs=60)
    assert (found["inbox_problems", ("meta",)], found["inbox_waiting", ("meta",)]) == (1, 0)


def test_labels_are_bounded_and_hold_nobody_s_data(site: Site) -> None:
    imported(site, "Acme/ann_lee@example.com.csv", ANN)
    change(
        site,
        "INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,"
        " original_filename, hash, status, supplier) SELECT 'p' || n, 'k' || n, n::text, 1, now(),"
        " 'f', 'h', 'completed', 'Supplier ' || n FROM generate_series(1, 200) AS n",
    )
    found = told(site)
    labels = {key[1][1] for key in found if key[0] == "contacts"}
    assert len(labels) == MOST_SUPPLIERS + 1
    assert "(others)" in labels
    assert "ann" not in exposition(site.settings).decode().lower()


def test_a_database_that_is_away_is_told_and_nothing_else(site: Site) -> None:
    away = replace(site.settings, database_url="postgresql://nobody@127.0.0.1:1/leads")
    found = told(replace(site, settings=away))
    assert found["database_up", ()] == 0
    assert {name for name, _ in found} == {"database_up", "disk_free_bytes"}


def test_it_is_served_to_viewers_in_prometheus_own_format(site: Site, call: Caller) -> None:
    open_to_all = call("GET", "/metrics")
    assert open_to_all.status == 200
    assert "lead_pipeline_database_up 1.0" in open_to_all.text
    with connect(site.settings.database_url) as session:
        viewer = tokens.create(session, "prometheus", Role.VIEWER)
    assert call("GET", "/metrics").status == 401
    assert call("GET", "/metrics", authorization=f"Bearer {viewer}").status == 200


def known(site: Site) -> set[str]:
    text = exposition(site.settings).decode()
    return {family.name for family in text_string_to_metric_families(text)}


def asked_by(text: str) -> set[str]:
    return set(re.findall(r"\blead_pipeline_[a-z_]+", text))


def test_every_alert_asks_for_what_is_told(site: Site) -> None:
    text = (PROJECT / "deploy/prometheus/rules.yaml").read_text()
    rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    names = [rule["alert"] for rule in rules]
    assert len(names) == len(set(names)) > 5
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
    assert asked_by("\n".join(rule["expr"] for rule in rules)) <= known(site)
    assert [name for name in names if name not in DOCUMENTS["docs/monitoring.md"]] == []


def test_the_dashboard_asks_for_what_is_told_and_is_what_its_tool_writes(site: Site) -> None:
    assert TARGET.read_text() == dashboard()
    panels = json.loads(dashboard())["panels"]
    queries = "\n".join(panel["targets"][0]["expr"] for panel in panels)
    assert asked_by(queries) <= known(site)


def test_the_docs_name_every_figure(site: Site) -> None:
    assert {name for name in known(site) if name not in DOCUMENTS["docs/monitoring.md"]} == set()

"""`lead-pipeline pull` as people type it, at a fake of Meta over real HTTP."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.steps import dump, run_steps
from lead_pipeline_tests.vendors.accounts import graph, server, vendors
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["graph", "server", "vendors"]

FORM = "810000000000001"
LEAD_PIPELINE = str(Path(sys.executable).with_name("lead-pipeline"))


@pytest.fixture
def meta(vendors: Vendors, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """The Page in the environment, with three leads of an hour ago."""
    monkeypatch.setenv("META_PAGE_ID", graph.page_id)
    monkeypatch.setenv("META_PAGE_ACCESS_TOKEN", graph.token)
    monkeypatch.setenv("META_APP_SECRET", graph.app_secret or "")
    monkeypatch.setenv("META_GRAPH_URL", f"{vendors.url}/graph")
    graph.add_form(FORM)
    for n in range(3):
        graph.add_lead(
            FORM, f"70000{n}", full_name="Dana Example", phone_number=f"+120255501{n:02}",
            email=f"dana{n}@example.com",
        )  # fmt: skip
    return graph


def test_without_a_source_it_tells_which_are_configured_and_what_to_set(
    command: Command, meta: Graph
) -> None:
    said = command("pull", "--json")
    told = {one["source"]: one for one in said.documents}
    assert (said.code, told["meta"]["configured"]) == (0, True)
    assert not told["knowlarity"]["configured"]
    assert "set KNOWLARITY_API_KEY and KNOWLARITY_SR_KEY" in command("pull").out


def test_without_a_database_it_tells_what_is_configured(nowhere: Command, meta: Graph) -> None:
    told = {one["source"]: one for one in nowhere("pull", "--json").documents}
    assert (told["meta"]["configured"], told["meta"]["last_pulls"]) == (True, [])


def test_it_tells_how_each_source_stands_as_the_page_does(
    command: Command, meta: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("META_VERIFY_TOKEN", "verify-me")
    meta.time.advance(seconds=(datetime.now(UTC) - meta.time.now()).total_seconds())
    meta.add_lead(FORM, "8", meta.time.now() - timedelta(hours=1), phone_number="+12025550188")
    meta.add_form("9", "Winter", forbidden=True)
    command("pull", "meta")
    (told,) = [one for one in command("pull", "--json").documents if one["source"] == "meta"]
    assert [one["status"] for one in told["last_pulls"]] == ["partial"]
    said = command("pull").out
    assert "0 of 1 pull of 30 days ended well" in said
    assert "partial, 1 read, 1 new" in said
    assert "! Winter: " in said
    assert "Autumn: 1 record of 30 days, the last 8 of " in said
    assert "/webhooks/meta: last delivery -, refused -, challenge -" in said


def test_a_source_that_is_not_there_or_not_configured_is_told(command: Command) -> None:
    said = command("pull", "crm")
    assert (said.code, "there is no source 'crm'" in said.err) == (1, True)
    said = command("pull", "meta")
    assert "set META_PAGE_ID and META_PAGE_ACCESS_TOKEN" in said.err


def test_the_way_there_can_be_tested_before_going_live(command: Command, meta: Graph) -> None:
    said = command("pull", "meta", "--check")
    assert (said.code, said.out.splitlines()[0]) == (0, "ok  the token opens the Page A page")
    meta.expires = meta.time.now() - timedelta(days=1)
    said = command("pull", "meta", "--check", "--json")
    assert (said.code, said.documents[-1]["fine"]) == (1, False)
    assert "META_PAGE_ACCESS_TOKEN" in said.documents[-1]["told"]


def test_what_is_new_is_read_and_told_in_numbers(command: Command, meta: Graph) -> None:
    meta.time.advance(hours=1)
    (told,) = command("pull", "meta", "--since", "2026-11-02T08:00:00+00:00", "--json").documents
    assert (told["status"], told["read"], told["new"]) == ("done", 3, 3)
    (told,) = command("pull", "meta", "--since", "2026-11-02T08:00:00+00:00", "--json").documents
    assert (told["read"], told["new"], told["known"]) == (3, 0, 3)


def test_a_dry_run_counts_and_keeps_nothing(command: Command, meta: Graph, site: Site) -> None:
    since = ["--since", "2026-11-02T08:00:00+00:00", "--json"]
    before = dump(site)
    for _ in range(2):
        (told,) = command("pull", "meta", "--dry-run", *since).documents
        assert (told["read"], told["new"], told["known"]) == (3, 3, 0)
    assert dump(site) == before
    command("pull", "meta", *since)
    said = command("pull", "meta", "--dry-run", *since[:2])
    assert "3 records would be read, 0 new, 3 known; nothing was kept" in said.out
    meta.expires = meta.time.now() - timedelta(days=1)
    assert command("pull", "meta", "--dry-run").code == 1


def test_access_that_is_lost_says_what_to_do_and_fails(command: Command, meta: Graph) -> None:
    meta.expires = meta.time.now() - timedelta(days=1)
    said = command("pull", "meta")
    assert said.code == 1
    assert "META_PAGE_ACCESS_TOKEN" in said.out
    assert meta.token not in said.out + said.err


def test_until_goes_with_since(command: Command) -> None:
    assert command("pull", "meta", "--until", "2026-11-02").code == 2
    assert "is no time, such as" in command("pull", "meta", "--since", "yesterday").err


def test_cron_imports_what_it_pulled_without_anything_running(
    meta: Graph, vendors: Vendors, tmp_path: Path
) -> None:
    """The database is started, the imports run in Dagster, and all is stopped again."""
    environment = os.environ | {"LEADS_HOME": str(tmp_path / "home")}
    typed = [LEAD_PIPELINE, "pull", "meta", "--wait"]
    since = ["--since", "2026-11-02T08:00:00+00:00", "--until", "2026-11-02T10:00:00+00:00"]
    said = subprocess.run(
        [*typed, *since], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert said.returncode == 0, said.stderr
    assert "meta: done, 3 records read, 3 new, 0 known" in said.stdout
    assert "3 contacts (3 new)" in said.stdout
    assert not (tmp_path / "home" / "postgres" / "postmaster.pid").exists()


def test_no_secret_stands_in_the_database_or_the_bucket(
    command: Command, meta: Graph, site: Site
) -> None:
    """Meta's own links carry the token."""
    command("pull", "meta", "--since", "2026-11-02T08:00:00+00:00")
    run_steps(site, only_import(site))
    files = [path for path in Path(site.settings.bucket_url).rglob("*") if path.is_file()]
    everything = json.dumps(dump(site)) + "".join(path.read_text("utf-8") for path in files)
    assert "dana1@example.com" in everything
    for secret in (meta.token, meta.app_secret):
        assert str(secret) not in everything

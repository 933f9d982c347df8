"""A site whose Page at a fake of Meta has leads of this hour, and whose webhooks have secrets."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import sql

from lead_pipeline.connectors import inbox
from lead_pipeline.connectors.model import Page, Part, Record
from lead_pipeline.database import connect, run
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Accounts, MetaAccount, Webhooks
from lead_pipeline_tests.integration.connectors.vendor import MadeUp
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.server import Vendors

FORM = "810000000000001"
HOOKS = Webhooks("app-secret-of-a-test", "verify-me", "key-of-the-form", "push-token-0001")
_PAUSE_SECONDS = 0.02


@pytest.fixture
def connected(site: Site, vendors: Vendors, graph: Graph) -> Site:
    """Two leads were sent in an hour ago, as the page and the vendor both see the time."""
    vendors.time.advance(seconds=(datetime.now(UTC) - vendors.time.now()).total_seconds())
    graph.add_form(FORM, "Autumn offer")
    for n in range(2):
        graph.add_lead(
            FORM, f"70000{n}", vendors.time.now() - timedelta(hours=1),
            full_name="Dana Example", phone_number=f"+120255501{n:02}",
        )  # fmt: skip
    url = f"{vendors.url}/graph"
    meta = MetaAccount(graph.page_id, graph.token, graph.app_secret, base_url=url)
    accounts = Accounts(meta=meta, webhooks=HOOKS)
    return replace(site, settings=replace(site.settings, accounts=accounts))


def until_over(call: Caller, begun: dict[str, Any]) -> dict[str, Any]:
    """What came of a pull that was begun, once it is over."""
    while (found := call("GET", begun["follow"]).json)["status"] == "running":
        time.sleep(_PAUSE_SECONDS)
    assert isinstance(found, dict)
    return found


@contextmanager
def being_pulled(site: Site, source: str) -> Iterator[None]:
    """Somebody else is at work on a source."""
    with connect(site.settings.database_url, autocommit=True) as other:
        run(other, "connectors/claim_source", None, {"source": sql.Literal(source)})
        yield


def found_by_the_poll(site: Site, count: int, at: datetime, source: str = "meta") -> None:
    """So many records of this time came by a pull an hour ago, and the webhook told of none."""
    records = [Record(f"{source}-{at:%j}-{n}", {}, at) for n in range(count)]
    with connect(site.settings.database_url) as session:
        began = {"source": source, "now": at, "since": None, "until": None}
        (pull,) = run(session, "connectors/begin_pull", began)
        page, part = Page(records), Part(FORM, "Autumn offer")
        inbox.keep(session, MadeUp(name=source), part, page, now=at, pull_id=pull["pull_id"])
        session.execute(
            "UPDATE connector_inbox SET received_at = %s WHERE occurred_at = %s", (at, at)
        )


def called(site: Site, days_ago: int, source: str = "meta", **counts: int) -> None:
    """The webhook of a source was called on a day."""
    facts = {"delivered": 0, "refused": 0, "challenged": 0, **counts, "days": days_ago}
    with connect(site.settings.database_url) as session:
        session.execute(
            "INSERT INTO connector_hooks (source, day, delivered, refused, challenged,"
            " last_delivered_at) SELECT %(source)s, (now() AT TIME ZONE time_zone)::date"
            " - %(days)s::integer, %(delivered)s, %(refused)s, %(challenged)s, now() FROM account",
            facts | {"source": source},
        )

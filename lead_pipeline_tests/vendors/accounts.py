"""The connectors of Meta, Knowlarity and LeadConduit, with an account at their fakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.leadconduit import LeadConduitLeads
from lead_pipeline.connectors.meta import MetaLeads
from lead_pipeline.connectors.model import Json, Part, Record, Source, Window
from lead_pipeline.settings.accounts import KnowlarityAccount, LeadConduitAccount, MetaAccount
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Vendors]:
    """One server for the tests of a module."""
    with serving() as vendors:
        yield vendors


@pytest.fixture
def vendors(server: Vendors) -> Vendors:
    """The server as if it were new."""
    server.clear()
    return server


@pytest.fixture
def graph(vendors: Vendors) -> Graph:
    graph = Graph(vendors.time)
    vendors.mount("/graph", graph)
    return graph


@pytest.fixture
def kpi(vendors: Vendors) -> Kpi:
    kpi = Kpi(vendors.time)
    vendors.mount("/kpi", kpi)
    return kpi


@pytest.fixture
def lc(vendors: Vendors) -> LeadConduit:
    lc = LeadConduit(vendors.time)
    vendors.mount("/lc", lc)
    return lc


def meta_leads(vendors: Vendors, graph: Graph) -> MetaLeads:
    """A new client, as each pull has one."""
    url = vendors.url + "/graph"
    account = MetaAccount(graph.page_id, graph.token, graph.app_secret, base_url=url)
    return MetaLeads(account, vendors.clock)


def knowlarity_calls(
    vendors: Vendors, kpi: Kpi, numbers: Mapping[str, str] | None = None
) -> KnowlarityCalls:
    url = vendors.url + "/kpi"
    account = KnowlarityAccount(kpi.api_key, kpi.sr_key, numbers=numbers or {}, base_url=url)
    return KnowlarityCalls(account, vendors.clock)


def leadconduit_leads(vendors: Vendors, lc: LeadConduit) -> LeadConduitLeads:
    account = LeadConduitAccount(lc.api_key, base_url=vendors.url + "/lc")
    return LeadConduitLeads(account, vendors.clock)


@dataclass(frozen=True, slots=True)
class Read:
    """What one part gave: its records, and where it stands then."""

    records: list[Record]
    cursor: Json

    @property
    def ids(self) -> list[str]:
        return [record.external_id for record in self.records]

    @property
    def leads(self) -> list[Json]:
        """What of each record the pipeline reads."""
        return [record.lead for record in self.records]


def read(
    source: Source,
    cursor: Json | None = None,
    asked: Window | None = None,
    part: Part | None = None,
) -> Read:
    """Every page of a part, of the first one where none is named."""
    records: list[Record] = []
    for page in source.pages(part or next(iter(source.parts())), cursor, asked):
        records += page.records
        cursor = page.cursor if page.cursor is not None else cursor
    return Read(records, cursor)

"""Google as tests set it up: tokens, sheets and ads on one server, and our clients of them."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from lead_pipeline.connectors import google_ads, sheet_api
from lead_pipeline.connectors.google_ads import GoogleAds
from lead_pipeline.connectors.google_sheets import GoogleSheets
from lead_pipeline.settings.accounts import GoogleAdsAccount, GoogleSheetAccount
from lead_pipeline_tests.vendors.gads import Customer, GoogleAdsFake
from lead_pipeline_tests.vendors.server import Vendors
from lead_pipeline_tests.vendors.sheets import SheetsFake, Spreadsheet, Tab
from lead_pipeline_tests.vendors.token import TokenFake

SHEET = "1AbC"
CUSTOMER = "1230004567"
HEADER = ["id", "created_time", "full_name", "email", "phone_number"]


@dataclass(slots=True)
class SheetsSite:
    """One spreadsheet with the tab `Leads`, which has a header with an id."""

    vendors: Vendors
    token: TokenFake = field(init=False)
    fake: SheetsFake = field(init=False)
    tab: Tab = field(init=False)

    def __post_init__(self) -> None:
        self.token = TokenFake(f"{self.vendors.url}/token", self.vendors.time, sheet_api.SCOPE)
        self.fake = SheetsFake(self.vendors.time, self.token)
        self.tab = Tab(7, "Leads", [list(HEADER)], spare_rows=3)
        self.fake.sheets[SHEET] = Spreadsheet("Book", [self.tab])
        self.vendors.mount("/token", self.token)
        self.vendors.mount("/sheets", self.fake)

    def account(self, *sheets: str) -> GoogleSheetAccount:
        return GoogleSheetAccount(
            self.token.service_account(), sheets or (SHEET,), f"{self.vendors.url}/sheets"
        )

    def source(self, *sheets: str) -> GoogleSheets:
        return GoogleSheets(self.account(*sheets), self.vendors.clock)


@dataclass(slots=True)
class AdsSite:
    """One customer without a manager, in New York."""

    vendors: Vendors
    token: TokenFake = field(init=False)
    fake: GoogleAdsFake = field(init=False)
    customer: Customer = field(init=False)

    def __post_init__(self) -> None:
        self.token = TokenFake(f"{self.vendors.url}/token", self.vendors.time, google_ads.SCOPE)
        self.fake = GoogleAdsFake(self.vendors.time, self.token)
        self.customer = self.fake.customers[CUSTOMER] = Customer()
        self.vendors.mount("/token", self.token)
        self.vendors.mount("/gads", self.fake)

    def source(self, *customers: str, **more: Any) -> GoogleAds:
        account = GoogleAdsAccount(
            customers or (CUSTOMER,),
            self.token.authorized_user(),
            base_url=f"{self.vendors.url}/gads",
            **more,
        )
        return GoogleAds(account, self.vendors.clock)


@pytest.fixture
def sheets(vendors: Vendors) -> SheetsSite:
    return SheetsSite(vendors)


@pytest.fixture
def ads(vendors: Vendors) -> AdsSite:
    return AdsSite(vendors)


def sheet_row(number: int, **cells: str) -> list[str]:
    """A row under HEADER as Meta's export writes it, a minute after the one before."""
    row = {
        "id": f"l:{700000 + number}",
        "created_time": f"2026-11-02T09:{number % 60:02}:00-05:00",
        "full_name": f"Dana Example {number}",
        "email": f"dana{number}@example.com",
        "phone_number": f"p:+1202555{number % 10000:04}",
    }
    return list((row | cells).values())

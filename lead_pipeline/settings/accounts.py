"""The accounts at other companies whose leads are pulled, and the secrets of their webhooks.

An account is there as soon as its settings are; one that is stated by half is told of. A secret may
stand in a file instead: `META_PAGE_ACCESS_TOKEN_FILE` names it, and nobody else may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lead_pipeline.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class GoogleSheetAccount:
    """Sheets shared with a service account: `ID`, or `ID/Tab title` for one of its tabs."""

    credentials: Mapping[str, Any] = field(repr=False)
    sheets: tuple[str, ...]
    base_url: str = "https://sheets.googleapis.com"


@dataclass(frozen=True, slots=True)
class MetaAccount:
    """A Page with lead forms. `app_secret` signs requests, where the app asks for that."""

    page_id: str
    access_token: str = field(repr=False)
    app_secret: str | None = field(default=None, repr=False)
    version: str = "v26.0"
    base_url: str = "https://graph.facebook.com"


@dataclass(frozen=True, slots=True)
class GoogleAdsAccount:
    """Customers (digits) with lead forms, seen by the manager `login_customer_id`, if any."""

    customer_ids: tuple[str, ...]
    credentials: Mapping[str, Any] = field(repr=False)
    login_customer_id: str | None = None
    version: str = "v26"
    base_url: str = "https://googleads.googleapis.com"


@dataclass(frozen=True, slots=True)
class KnowlarityAccount:
    """A call log. `numbers` are those whose calls are leads, with the campaign of each; without any
    all are. Times without an offset are of `time_zone`."""

    api_key: str = field(repr=False)
    sr_key: str = field(repr=False)
    channel: str = "Basic"
    time_zone: str = "Asia/Kolkata"
    numbers: Mapping[str, str] = field(default_factory=dict)
    base_url: str = "https://kpi.knowlarity.com"


@dataclass(frozen=True, slots=True)
class LeadConduitAccount:
    """An account with LeadConduit."""

    api_key: str = field(repr=False)
    base_url: str = "https://app.leadconduit.com"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What proves that a call of a webhook is the vendor's; one without its secret is not there."""

    meta_app_secret: str | None = field(default=None, repr=False)
    meta_verify_token: str | None = field(default=None, repr=False)
    google_lead_key: str | None = field(default=None, repr=False)
    knowlarity_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that are configured, by the name of their source; None where there is none."""

    google_sheet: GoogleSheetAccount | None = None
    meta: MetaAccount | None = None
    google_ads: GoogleAdsAccount | None = None
    knowlarity: KnowlarityAccount | None = None
    leadconduit: LeadConduitAccount | None = None
    webhooks: Webhooks = field(default_factory=Webhooks)


NO_ACCOUNTS = Accounts()
NEEDED = {
    "google_sheet": ("GOOGLE_SERVICE_ACCOUNT_CREDENTIALS", "GOOGLE_SHEET_IDS"),
    "meta": ("META_PAGE_ID", "META_PAGE_ACCESS_TOKEN"),
    "google_ads": ("GOOGLE_ADS_CREDENTIALS", "GOOGLE_ADS_CUSTOMER_IDS"),
    "knowlarity": ("KNOWLARITY_API_KEY", "KNOWLARITY_SR_KEY"),
    "leadconduit": ("LEADCONDUIT_API_KEY",),
}
"""The settings without which a source is not there, by its name."""


def read_accounts(read: Reader) -> Accounts:
    """The accounts that the environment states."""

    def stated(source: str) -> bool:
        return read.all_of(source, NEEDED[source])

    return Accounts(
        google_sheet=_google_sheet(read) if stated("google_sheet") else None,
        meta=_meta(read) if stated("meta") else None,
        google_ads=_google_ads(read) if stated("google_ads") else None,
        knowlarity=_knowlarity(read) if stated("knowlarity") else None,
        leadconduit=_leadconduit(read) if stated("leadconduit") else None,
        webhooks=Webhooks(
            meta_app_secret=read.secret("META_APP_SECRET"),
            meta_verify_token=read.secret("META_VERIFY_TOKEN"),
            google_lead_key=read.secret("GOOGLE_LEAD_FORM_KEY"),
            knowlarity_token=read.secret("KNOWLARITY_PUSH_TOKEN"),
        ),
    )


def _google_sheet(read: Reader) -> GoogleSheetAccount:
    return GoogleSheetAccount(
        credentials=read.credentials("GOOGLE_SERVICE_ACCOUNT_CREDENTIALS"),
        sheets=read.listed("GOOGLE_SHEET_IDS"),
        base_url=read.address("GOOGLE_SHEETS_URL", "https://sheets.googleapis.com"),
    )


def _meta(read: Reader) -> MetaAccount:
    version = read.text("META_GRAPH_VERSION", "v26.0")
    return MetaAccount(
        page_id=read.text("META_PAGE_ID"),
        access_token=read.secret("META_PAGE_ACCESS_TOKEN") or "",
        app_secret=read.secret("META_APP_SECRET"),
        version=version,
        base_url=read.address("META_GRAPH_URL", "https://graph.facebook.com"),
    )


def _google_ads(read: Reader) -> GoogleAdsAccount:
    login = read.digits("GOOGLE_ADS_LOGIN_CUSTOMER_ID")
    return GoogleAdsAccount(
        customer_ids=read.digits("GOOGLE_ADS_CUSTOMER_IDS"),
        credentials=read.credentials("GOOGLE_ADS_CREDENTIALS"),
        login_customer_id=login[0] if login else None,
        version=read.text("GOOGLE_ADS_VERSION", "v26"),
        base_url=read.address("GOOGLE_ADS_URL", "https://googleads.googleapis.com"),
    )


def _knowlarity(read: Reader) -> KnowlarityAccount:
    return KnowlarityAccount(
        api_key=read.secret("KNOWLARITY_API_KEY") or "",
        sr_key=read.secret("KNOWLARITY_SR_KEY") or "",
        channel=read.text("KNOWLARITY_CHANNEL", "Basic"),
        time_zone=read.zone("KNOWLARITY_TIME_ZONE", "Asia/Kolkata"),
        numbers=read.pairs("KNOWLARITY_NUMBERS"),
        base_url=read.address("KNOWLARITY_URL", "https://kpi.knowlarity.com"),
    )


def _leadconduit(read: Reader) -> LeadConduitAccount:
    return LeadConduitAccount(
        api_key=read.secret("LEADCONDUIT_API_KEY") or "",
        base_url=read.address("LEADCONDUIT_URL", "https://app.leadconduit.com"),
    )

"""The accounts at other companies whose leads are pulled, and the secrets of their webhooks.

An account is there as soon as its settings are; one that is stated by half is told of. A secret may
stand in a file instead: `META_PAGE_ACCESS_TOKEN_FILE` names it, and nobody else may read it.
"""

import json
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A public service account's key names itself so; the other is what `gcloud` leaves for a user.
_CREDENTIALS = ("service_account", "authorized_user")


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


def read_accounts(environment: Mapping[str, str], problems: list[str]) -> Accounts:
    """The accounts that the environment states; what is wrong with them is added to `problems`."""
    read = _Reader(environment, problems)
    return Accounts(
        google_sheet=_google_sheet(read) if read.all_of("google_sheet") else None,
        meta=_meta(read) if read.all_of("meta") else None,
        google_ads=_google_ads(read) if read.all_of("google_ads") else None,
        knowlarity=_knowlarity(read) if read.all_of("knowlarity") else None,
        leadconduit=_leadconduit(read) if read.all_of("leadconduit") else None,
        webhooks=Webhooks(
            meta_app_secret=read.secret("META_APP_SECRET"),
            meta_verify_token=read.secret("META_VERIFY_TOKEN"),
            google_lead_key=read.secret("GOOGLE_LEAD_FORM_KEY"),
            knowlarity_token=read.secret("KNOWLARITY_PUSH_TOKEN"),
        ),
    )


class _Reader:
    """Reads single settings and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str], problems: list[str]) -> None:
        self._environment = environment
        self._problems = problems

    def all_of(self, source: str) -> bool:
        """Whether a source is configured; stated by half is a mistake."""
        missing = [name for name in NEEDED[source] if not self._stated(name)]
        there = [name for name in NEEDED[source] if self._stated(name)]
        if missing and there:
            self._problems.append(f"{there[0]} is set, {missing[0]} is not: {source} needs both")
        return not missing

    def _stated(self, name: str) -> bool:
        return bool(self.text(name) or self.text(f"{name}_FILE"))

    def text(self, name: str, default: str = "") -> str:
        return self._environment.get(name, "").strip() or default

    def address(self, name: str, default: str) -> str:
        address = self.text(name, default).rstrip("/")
        if not re.match(r"https?://[^/\s]", address):
            self._problems.append(f"{name} must be like https://example.com, not {address!r}")
        return address

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in self.text(name).split(",") if one.strip())

    def secret(self, name: str) -> str | None:
        """The secret itself, or what its file holds."""
        path = self.text(f"{name}_FILE")
        return self._file(f"{name}_FILE", Path(path)) if path else self.text(name) or None

    def credentials(self, name: str) -> Mapping[str, Any]:
        """Google's credentials: their JSON, or the path of a file with it."""
        text = self.secret(name) or "{}"
        if not text.startswith("{"):
            text = self._file(name, Path(text)) or "{}"
        try:
            found = json.loads(text)
        except ValueError:
            found = {}
        if not isinstance(found, dict) or found.get("type") not in _CREDENTIALS:
            self._problems.append(
                f"{name} must be the JSON of a service account's key, or the path of its file"
            )
            return {}
        return found

    def digits(self, name: str) -> tuple[str, ...]:
        found = tuple(one.replace("-", "") for one in self.listed(name))
        if wrong := [one for one in found if not (one.isascii() and one.isdigit())]:
            self._problems.append(f"{name} must be like 123-456-7890, not {wrong[0]!r}")
        return found

    def zone(self, name: str, default: str) -> str:
        zone = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            self._problems.append(f"{name} must be a name such as {default}, not {zone!r}")
        return zone

    def pairs(self, name: str) -> dict[str, str]:
        """`+12025550110=Autumn, +12025550111` as what each one is followed by."""
        return {
            one.strip(): said.strip()
            for one, _, said in (pair.partition("=") for pair in self.listed(name))
        }

    def _file(self, name: str, path: Path) -> str | None:
        try:
            if path.stat().st_mode & 0o077:
                self._problems.append(f"{name}: others may read {path}: `chmod 600` it")
            return path.read_text(encoding="utf-8").strip()
        except OSError as error:
            self._problems.append(f"{name}: {path} cannot be read ({error.strerror})")
            return None


def _google_sheet(read: _Reader) -> GoogleSheetAccount:
    return GoogleSheetAccount(
        credentials=read.credentials("GOOGLE_SERVICE_ACCOUNT_CREDENTIALS"),
        sheets=read.listed("GOOGLE_SHEET_IDS"),
        base_url=read.address("GOOGLE_SHEETS_URL", "https://sheets.googleapis.com"),
    )


def _meta(read: _Reader) -> MetaAccount:
    version = read.text("META_GRAPH_VERSION", "v26.0")
    return MetaAccount(
        page_id=read.text("META_PAGE_ID"),
        access_token=read.secret("META_PAGE_ACCESS_TOKEN") or "",
        app_secret=read.secret("META_APP_SECRET"),
        version=version,
        base_url=read.address("META_GRAPH_URL", "https://graph.facebook.com"),
    )


def _google_ads(read: _Reader) -> GoogleAdsAccount:
    login = read.digits("GOOGLE_ADS_LOGIN_CUSTOMER_ID")
    return GoogleAdsAccount(
        customer_ids=read.digits("GOOGLE_ADS_CUSTOMER_IDS"),
        credentials=read.credentials("GOOGLE_ADS_CREDENTIALS"),
        login_customer_id=login[0] if login else None,
        version=read.text("GOOGLE_ADS_VERSION", "v26"),
        base_url=read.address("GOOGLE_ADS_URL", "https://googleads.googleapis.com"),
    )


def _knowlarity(read: _Reader) -> KnowlarityAccount:
    return KnowlarityAccount(
        api_key=read.secret("KNOWLARITY_API_KEY") or "",
        sr_key=read.secret("KNOWLARITY_SR_KEY") or "",
        channel=read.text("KNOWLARITY_CHANNEL", "Basic"),
        time_zone=read.zone("KNOWLARITY_TIME_ZONE", "Asia/Kolkata"),
        numbers=read.pairs("KNOWLARITY_NUMBERS"),
        base_url=read.address("KNOWLARITY_URL", "https://kpi.knowlarity.com"),
    )


def _leadconduit(read: _Reader) -> LeadConduitAccount:
    return LeadConduitAccount(
        api_key=read.secret("LEADCONDUIT_API_KEY") or "",
        base_url=read.address("LEADCONDUIT_URL", "https://app.leadconduit.com"),
    )

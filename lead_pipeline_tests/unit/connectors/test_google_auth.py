"""Tokens of a service account and of a user, against a token endpoint that checks what it gets."""

from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.connectors.faults import AccessLost, Transient
from lead_pipeline.connectors.google_auth import GoogleAccess
from lead_pipeline_tests.vendors.accounts import server, vendors
from lead_pipeline_tests.vendors.faults import unavailable
from lead_pipeline_tests.vendors.server import Vendors
from lead_pipeline_tests.vendors.token import EMAIL, USER, TokenFake

__all__ = ["server", "vendors"]

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"


@pytest.fixture
def token(vendors: Vendors) -> TokenFake:
    token = TokenFake(f"{vendors.url}/token", vendors.time, SCOPE)
    vendors.mount("/token", token)
    return token


@pytest.mark.parametrize("kind", ["service_account", "authorized_user"])
def test_credentials_of_both_kinds_become_a_token_that_is_kept(token: TokenFake, kind: str) -> None:
    access = GoogleAccess(getattr(token, kind)(), SCOPE)
    assert access.headers() == access.headers() == {"Authorization": "Bearer ya29.secret-1"}
    access.refresh()
    assert access.headers() == {"Authorization": "Bearer ya29.secret-2"}
    assert token.given == 2


def test_a_token_near_its_end_is_fetched_anew(token: TokenFake) -> None:
    token.lifetime = 200  # less than google-auth refreshes before the end
    access = GoogleAccess(token.service_account(), SCOPE)
    access.headers()
    access.headers()
    assert token.given == 2


@pytest.mark.parametrize("kind", ["service_account", "authorized_user"])
def test_an_account_that_is_gone_is_told_with_what_to_do(token: TokenFake, kind: str) -> None:
    token.revoked = True
    with pytest.raises(AccessLost, match="Make a new key or consent again") as caught:
        GoogleAccess(getattr(token, kind)(), SCOPE).headers()
    for secret in (*USER.values(), "PRIVATE KEY"):
        assert secret not in str(caught.value)


def test_a_clock_that_is_off_is_told_as_that(vendors: Vendors) -> None:
    ahead = TokenFake(
        f"{vendors.url}/token", vendors.time, SCOPE, lambda: datetime.now(UTC) + timedelta(hours=1)
    )
    vendors.mount("/token", ahead)
    with pytest.raises(AccessLost, match="clock of this computer is off"):
        GoogleAccess(ahead.service_account(), SCOPE).headers()


def test_an_outage_of_the_tokens_passes(
    token: TokenFake, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _seconds: None)
    vendors.fault("/token", unavailable(), times=9)
    access = GoogleAccess(token.service_account(), SCOPE)
    with pytest.raises(Transient, match="no token at the moment"):
        access.headers()


def test_nobody_there_passes_as_well(token: TokenFake) -> None:
    nowhere = token.service_account() | {"token_uri": "http://127.0.0.1:9/token"}
    with pytest.raises(Transient, match="cannot be had"):
        GoogleAccess(nowhere, SCOPE).headers()


def test_credentials_that_are_none_are_told(token: TokenFake) -> None:
    cut = {k: v for k, v in token.authorized_user().items() if k != "refresh_token"}
    with pytest.raises(AccessLost, match="have no 'refresh_token'"):
        GoogleAccess(cut, SCOPE).headers()
    with pytest.raises(AccessLost, match="no usable key"):
        GoogleAccess(token.service_account() | {"private_key": "no key"}, SCOPE).headers()


def test_who_asks_is_known_by_its_address(token: TokenFake) -> None:
    assert GoogleAccess(token.service_account(), SCOPE).who == EMAIL
    assert GoogleAccess(token.authorized_user(), SCOPE).who == "the user who consented"

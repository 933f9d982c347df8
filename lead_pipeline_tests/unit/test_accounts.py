"""Accounts of connectors in the environment: there, absent, stated by half, secrets in files."""

import json
from pathlib import Path

import pytest

from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import read_settings
from lead_pipeline.settings.accounts import NO_ACCOUNTS

META = {"META_PAGE_ID": "555000111", "META_PAGE_ACCESS_TOKEN": "a-token"}
KEY = json.dumps({"type": "service_account", "client_email": "reader@example.com"})


def test_nothing_is_configured_unless_somebody_does() -> None:
    assert read_settings({}).accounts == NO_ACCOUNTS


def test_an_account_is_there_as_soon_as_its_settings_are() -> None:
    meta = read_settings(META).accounts.meta
    assert meta is not None
    assert (meta.page_id, meta.access_token, meta.version) == ("555000111", "a-token", "v26.0")


def test_one_that_is_stated_by_half_is_told_of() -> None:
    with pytest.raises(OperatorError, match="META_PAGE_ID is set, META_PAGE_ACCESS_TOKEN is not"):
        read_settings({"META_PAGE_ID": "555000111"})


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_secret_may_stand_in_a_file(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text("a-token\n")
    file.chmod(mode)
    stated = {"META_PAGE_ID": "1", "META_PAGE_ACCESS_TOKEN_FILE": str(file)}
    assert read_settings(stated).accounts.meta.access_token == "a-token"  # type: ignore[union-attr]


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-token")
    file.chmod(0o644)
    with pytest.raises(OperatorError, match=f"others may read {file}: `chmod 600` it"):
        read_settings({"META_PAGE_ID": "1", "META_PAGE_ACCESS_TOKEN_FILE": str(file)})
    with pytest.raises(OperatorError, match="cannot be read"):
        read_settings({"META_PAGE_ID": "1", "META_PAGE_ACCESS_TOKEN_FILE": "/nowhere"})


def test_credentials_of_google_are_json_or_the_path_of_a_file_with_it(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(KEY)
    file.chmod(0o600)
    for stated in (KEY, str(file)):
        sheets = read_settings(
            {"GOOGLE_SERVICE_ACCOUNT_CREDENTIALS": stated, "GOOGLE_SHEET_IDS": "1AbC, 1DeF/Leads"}
        ).accounts.google_sheet
        assert sheets is not None
        assert sheets.credentials["client_email"] == "reader@example.com"
        assert sheets.sheets == ("1AbC", "1DeF/Leads")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("META_GRAPH_URL", "graph.example.com", "META_GRAPH_URL must be like https://example.com"),
        ("KNOWLARITY_TIME_ZONE", "India", "KNOWLARITY_TIME_ZONE must be a name such as"),
        ("GOOGLE_ADS_CUSTOMER_IDS", "123-abc", "must be like 123-456-7890, not '123abc'"),
        ("GOOGLE_ADS_CREDENTIALS", "{}", "must be the JSON of a service account's key"),
    ],
)
def test_what_is_wrong_with_a_setting_is_said(name: str, value: str, told: str) -> None:
    stated = {
        **META,
        "KNOWLARITY_API_KEY": "k", "KNOWLARITY_SR_KEY": "s",
        "GOOGLE_ADS_CUSTOMER_IDS": "123-456-7890", "GOOGLE_ADS_CREDENTIALS": KEY,
    }  # fmt: skip
    with pytest.raises(OperatorError, match=told):
        read_settings({**stated, name: value})


def test_numbers_may_name_their_campaign() -> None:
    stated = {"KNOWLARITY_API_KEY": "k", "KNOWLARITY_SR_KEY": "s",
              "KNOWLARITY_NUMBERS": "+12025550110=Autumn, +12025550111"}  # fmt: skip
    account = read_settings(stated).accounts.knowlarity
    assert account is not None
    assert account.numbers == {"+12025550110": "Autumn", "+12025550111": ""}


def test_no_secret_is_shown(tmp_path: Path) -> None:
    stated = {**META, "META_APP_SECRET": "secret-of-the-app", "LEADS_HOME": str(tmp_path)}
    settings = read_settings(stated)
    shown = repr(settings) + json.dumps(settings.in_force)
    assert "a-token" not in shown
    assert "secret-of-the-app" not in shown

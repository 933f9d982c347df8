"""What every page has: texts, script and style of ours alone, faults in words, and the login."""

import re
from importlib.resources import files

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline.web.failures import Failures
from lead_pipeline.web.problems import HTTPException
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.web.serving import Caller, serving
from lead_pipeline_tests.integration.web.test_guard import MASTER, a_token, guarded


def logged_in(call: Caller, token: str) -> Caller:
    """A browser that came in with the token."""
    came = call.form("/login", token=token)
    assert came.status == 303, came.text
    return call.having(cookie=came.headers["set-cookie"].partition(";")[0])


def test_the_first_page_is_that_of_the_imports(call: Caller) -> None:
    assert call("GET", "/").headers["location"] == "/imports"
    assert "There is no import yet" in call("GET", "/imports").text


def test_script_and_style_are_ours_and_change_their_address_when_they_change(call: Caller) -> None:
    shown = call("GET", "/imports")
    assert "unsafe" not in shown.headers["content-security-policy"]
    assert not re.search(r"<script>|<style>| style=| on[a-z]+=|https?://", shown.text)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', shown.text)
    assert addresses
    for address in addresses:
        assert "immutable" in call("GET", address).headers["cache-control"]
    assert call("GET", "/static/x/page.css").headers["cache-control"] == "no-cache"
    assert call("GET", "/static/x/..%2Ftexts.toml").status == 404


def test_script_and_style_together_are_below_40_kb() -> None:
    folder = files("lead_pipeline.web") / "static"
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) < 40 * 1024


def test_a_fault_is_a_page_in_the_words_of_the_api(call: Caller) -> None:
    wrong = call("GET", "/imports?cursor=-1")
    assert (wrong.status, wrong.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "cursor" in wrong.text
    assert call("GET", "/nowhere").status == 404


def test_names_of_files_are_text_whatever_they_hold(site: Site, call: Caller) -> None:
    drop(site, "Acme/<b>ann & שרה 😀.csv", b"Email\nann@example.com\n")
    assert "&lt;b&gt;ann &amp; שרה 😀.csv" in call("GET", "/imports").text


def test_who_has_no_token_is_led_to_the_login_and_back(site: Site) -> None:
    with serving(guarded(site)) as call:
        led = call("GET", "/imports?status=held")
        assert (led.status, led.headers["location"]) == (303, "/login?next=%2Fimports")
        assert 'name="next" value="/imports"' in call("GET", led.headers["location"]).text
        wrong = call.form("/login", token="lp_wrong", next="/imports")
        assert (wrong.status, "is no token" in wrong.text) == (403, True)
        came = call.form("/login", token=MASTER, next="/imports")
        assert (came.status, came.headers["location"]) == (303, "/imports")
        assert {"HttpOnly", "SameSite=lax"} <= set(came.headers["set-cookie"].split("; "))
        inside = call.having(cookie=came.headers["set-cookie"].partition(";")[0])
        assert inside("GET", "/imports").status == 200
        gone = inside.form("/logout")
        assert (gone.headers["location"], "Max-Age=0" in gone.headers["set-cookie"]) == (
            "/login",
            True,
        )


@pytest.mark.parametrize("next_", ["//example.com", "https://example.com", "/\\example.com", "x"])
def test_the_login_leads_nowhere_else(site: Site, next_: str) -> None:
    with serving(guarded(site)) as call:
        assert call.form("/login", token=MASTER, next=next_).headers["location"] == "/"


def test_another_site_cannot_log_anybody_in(site: Site) -> None:
    with serving(guarded(site)) as call:
        sent = call.having(origin="https://example.com").form("/login", token=MASTER)
        assert sent.status == 403


def test_tokens_that_are_none_are_soon_refused(site: Site) -> None:
    with serving(guarded(site)) as call:
        wrong = [call.form("/login", token=f"lp_{number}").status for number in range(6)]
        assert wrong == [403] * 5 + [429]
        assert int(call.form("/login", token=MASTER).headers["retry-after"]) <= 61


def test_after_a_minute_the_login_is_open_again() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    for _ in range(5):
        failures.add("192.0.2.1")
    with pytest.raises(HTTPException):
        failures.require_few("192.0.2.1")
    failures.require_few("192.0.2.2")
    now[0] = 61.0
    failures.require_few("192.0.2.1")


def test_a_viewer_is_led_to_what_viewers_see(site: Site, call: Caller) -> None:
    inside = logged_in(call, a_token(site, Role.VIEWER))
    assert 'href="/imports"' in inside("GET", "/imports").text
    assert 'href="/leads"' not in inside("GET", "/imports").text

"""The pages of leads and their registries, without a script: read, filled in, sent."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import change, day, imported
from lead_pipeline_tests.integration.web.forms import form, send, words
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)}
BO = {"name": "Bo Ek", "mail": "bo@example.com", "phone": "202-555-0102", "at": day(2)}
PAGES = ("/leads", "/leads/1", "/sources", "/suppliers", "/dnc", "/duplicates")
LIST = b"phone\n202-555-0102\nnot a number\n"


@pytest.fixture
def two(site: Site) -> Site:
    """Ann is lead 1, Bo is lead 2."""
    imported(site, "Acme/ann.csv", ANN)
    imported(site, "Brix & Co/bo.csv", BO)
    return site


def work(site: Site, lead_id: int) -> tuple[Any, ...]:
    columns = "status, assigned_to, next_followup_at::text, total_attempts, is_qualified"
    (row,) = rows(site, f"SELECT {columns} FROM leads_master WHERE lead_id = %s", lead_id)
    return tuple(row.values())


def test_every_page_is_there_for_operators_and_none_for_viewers(two: Site, call: Caller) -> None:
    viewer, operator = (bearer(a_token(two, r, r.word)) for r in (Role.VIEWER, Role.OPERATOR))
    for path in PAGES:
        page = call("GET", path, authorization=operator)
        assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert page.body.count(b"<h1>") == 1
        assert b"<script" not in page.body
        assert b"style=" not in page.body
        assert call("GET", path, authorization=viewer).status == 403


def test_leads_are_searched_and_filtered(two: Site, call: Caller) -> None:
    assert "Ann Lee" in words(call("GET", "/leads"))
    page = words(call("GET", "/leads?q=202+555+0102&source=&callable=&since="))
    assert "Bo Ek" in page
    assert "Ann Lee" not in page
    found = call("GET", "/leads?supplier=Brix+%26+Co&status=New")
    assert form(found, "/leads")["supplier"] == ""  # an option stands for itself
    assert b"<option selected>Brix &amp; Co</option>" in found.body
    assert "No lead fits." in words(call("GET", "/leads?q=nobody"))
    assert call("GET", "/leads?since=yesterday").status == 422


def test_pages_of_leads_lead_to_the_next_with_the_same_search(two: Site, call: Caller) -> None:
    people = [{"name": f"Cy {n}", "mail": f"cy{n}@example.com"} for n in range(60)]
    imported(two, "Acme/many.csv", *people)
    first = call("GET", "/leads?q=cy").body.decode()
    (following,) = (part.split('"')[0] for part in first.split('rel="next" href="/leads?')[1:])
    assert following.startswith("q=cy&amp;cursor=")
    second = call("GET", f"/leads?{following.replace('&amp;', '&')}")
    assert second.body.decode().count('<th scope="row">') == 10
    assert "First page" in words(second)


def test_a_lead_shows_its_life_and_is_changed(two: Site, call: Caller) -> None:
    page = call("GET", "/leads/1")
    assert "founded the lead" in words(page)
    fields = form(page, "/leads/1")
    assert (fields["status"], fields["total_attempts"]) == ("New", "0")
    fields |= {"status": "Called", "assigned_to": "bo", "next_followup_at": "2026-05-01T09:30"}
    changed = send(call, "/leads/1", fields | {"total_attempts": "2", "is_qualified": "true"})
    assert "The change is kept." in words(changed)
    assert work(two, 1) == ("Called", "bo", "2026-05-01 09:30:00+00", 2, True)
    fields = form(changed, "/leads/1")
    assert fields["next_followup_at"] == "2026-05-01T09:30"
    send(call, "/leads/1", fields | {"assigned_to": "", "next_followup_at": ""})
    assert work(two, 1) == ("Called", None, None, 2, True)
    assert "Status New Called" in words(call("GET", "/leads/1"))


def test_who_was_slower_is_told_and_changes_nothing(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/leads/1"), "/leads/1")
    send(call, "/leads/1", fields | {"status": "Called"})
    late = send(call, "/leads/1", fields | {"status": "Lost"})
    assert (late.status, work(two, 1)[0]) == (409, "Called")
    assert "was changed meanwhile by this machine" in words(late)
    assert form(late, "/leads/1")["status"] == "Called"


def test_a_lead_opts_out_once(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/leads/2"), "/leads/2/opt-out") | {"reason": "on the phone"}
    assert send(call, "/leads/2/opt-out", fields).status == 422  # who is not sure
    fields |= {"sure": "true"}
    for _ in range(2):
        told = words(send(call, "/leads/2/opt-out", fields))
        assert "Opted out, at once for every lead" in told
        assert "Nobody may be reached any more" in told
    assert len(rows(two, "SELECT FROM dnc_versions WHERE reason = 'on the phone'")) == 1


def test_what_is_not_there_is_told(call: Caller) -> None:
    assert call("GET", "/leads/9").status == 404
    assert send(call, "/leads/9/opt-out", {"key": "12345678", "sure": "true"}).status == 404


def test_names_are_text_whatever_they_hold(two: Site, call: Caller) -> None:
    name = "<script>alert(1)</script> \u202eevil \U0001f600"
    change(two, "UPDATE leads_master SET full_name = %s, status = %s", name, name)
    for path in ("/leads", "/leads/1"):
        body = call("GET", path).body.decode()
        assert "<script" not in body
        assert "&lt;script&gt;alert(1)&lt;/script&gt; \u202eevil \U0001f600" in body


def test_what_another_site_sends_is_refused(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/leads/1"), "/leads/1") | {"status": "Stolen"}
    assert send(call, "/leads/1", fields, origin="https://evil.example.com").status == 403
    assert work(two, 1)[0] == "New"


def test_sources_are_listed_and_added_once(two: Site, call: Caller) -> None:
    page = call("GET", "/sources")
    assert "Acme list 1 0" in words(page)
    fields = form(page, "/sources") | {"source": "Partners", "sub_source": "webinar"}
    for _ in range(2):
        assert "The source is there." in words(send(call, "/sources", fields))
    assert "Partners webinar 0 0" in words(call("GET", "/sources"))


def test_suppliers_are_shown_with_shares_and_their_terms_are_settled(
    two: Site, call: Caller
) -> None:
    imported(two, "Acme/again.csv", ANN | {"at": day(9)})
    page = call("GET", "/suppliers")
    assert "Acme 2 2 50.0 % 0.0 % 50.0 % 0.0 % 0.0 %" in words(page)
    assert b'<svg role="img" aria-label="' in page.body
    fields = form(page, "/suppliers") | {"cost_per_lead": "12.5", "scope": "supplier"}
    settled = send(call, "/suppliers", fields | {"review": "always", "lookback_days": "30"})
    assert "Acme : 12.5 USD a lead" in words(settled)
    fields = form(settled, "/suppliers")
    assert (fields["scope"], fields["review"], fields["lookback_days"]) == (
        "supplier", "always", "30",
    )  # fmt: skip
    refused = send(call, "/suppliers", fields | {"supplier": "a/b"})
    assert (refused.status, "cannot be a supplier" in words(refused)) == (409, True)
    operator = bearer(a_token(two, Role.OPERATOR))
    assert send(call, "/suppliers", fields, authorization=operator).status == 403
    assert b'action="/suppliers"' not in call("GET", "/suppliers", authorization=operator).body


def sent_file(call: Caller, fields: dict[str, str], name: str, content: bytes) -> Any:
    """The page after the form with the file was sent, as a browser encodes it."""
    parts = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    )
    file = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = parts + file.encode() + content + b"\r\n--x--\r\n"
    return call("POST", "/dnc/try", body, content_type="multipart/form-data; boundary=x")


def test_a_list_is_tried_first_and_then_loaded(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/dnc"), "/dnc/try")
    fields |= {"name": "national", "kind": "national", "as_of": "2026-05-01"}
    tried = sent_file(call, fields, "may.csv", LIST)
    assert "What this file would come to: may.csv" in words(tried)
    assert "Leads that lose a phone or mail 1, 0 of which cannot be reached" in words(tried)
    assert "Line 3" in words(tried)
    assert len(rows(two, "SELECT FROM dnc_lists")) == 1
    loaded = send(call, "/dnc/load", form(tried, "/dnc/load"))
    assert "The list is loaded." in words(loaded)
    assert "national national 1 1 2026-05-01" in words(loaded)
    (file,) = rows(two, "SELECT file_name FROM dnc_versions WHERE version > 0")
    assert file["file_name"] == "may.csv"
    assert list((two.settings.home / "tried").iterdir()) == []
    gone = send(call, "/dnc/load", form(tried, "/dnc/load"))
    assert (gone.status, "was tried too long ago" in words(gone)) == (409, True)


def test_a_file_that_is_too_large_is_refused_before_it_comes(two: Site, call: Caller) -> None:
    address = urlsplit(call.url)
    head = (
        f"POST /dnc/try HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 6000000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert not (two.settings.home / "tried").exists()


def test_a_file_that_is_no_list_is_refused_with_the_form_as_it_was(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/dnc"), "/dnc/try") | {"name": "new", "kind": "state"}
    refused = sent_file(call, fields, "list.csv", b"name\nAnn\n")
    assert refused.status == 409
    assert form(refused, "/dnc/try")["name"] == "new"
    assert sent_file(call, fields, "..", LIST).status == 409
    assert sent_file(call, fields | {"kind": ""}, "list.csv", LIST).status == 409


def test_opt_outs_are_typed_a_line_each(two: Site, call: Caller) -> None:
    fields = form(call("GET", "/dnc"), "/dnc/opt-outs")
    wrong = send(call, "/dnc/opt-outs", fields | {"values": "202-555-0101\r\nnonsense"})
    assert (wrong.status, "neither one phone number nor one mail" in words(wrong)) == (409, True)
    fields = form(wrong, "/dnc/opt-outs") | {"values": "202-555-0101\r\nann@example.com\r\n"}
    assert "Opted out." in words(send(call, "/dnc/opt-outs", fields))
    (lead,) = rows(two, "SELECT suppressed_at FROM leads_master WHERE lead_id = 1")
    assert lead["suppressed_at"] is not None


def test_possible_duplicates_are_answered_and_taken_back(site: Site, call: Caller) -> None:
    imported(site, "Acme/ann.csv", ANN)
    imported(site, "Acme/bo.csv", BO)
    imported(site, "Acme/both.csv", ANN | {"mail": BO["mail"], "name": "Anne", "at": day(3)})
    page = call("GET", "/duplicates")
    assert "a key in common" in words(page)
    fields = form(page, "/duplicates") | {"answer": "accept"}
    merged = send(call, "/duplicates", fields)
    assert "They are one lead now." in words(merged)
    assert "one person this machine" in words(merged)
    again = send(call, "/duplicates", fields)
    assert (again.status, "there is no lead" in words(again)) == (409, True)
    back = send(call, "/duplicates/1/take-back", {})
    assert "taken back by this machine" in words(back)
    rejected = send(call, "/duplicates", form(back, "/duplicates") | {"answer": "reject"})
    assert "No question is open." in words(rejected)

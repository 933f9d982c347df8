"""Money over HTTP: terms, returns, statements, and the link that a supplier gets."""

import csv
import io
from html import escape
from urllib.parse import quote

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from lead_pipeline.access.tokens import Role
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.web.pages.money import LINK_DAYS
from lead_pipeline_tests.integration.money.books import came, give_back, issue, lead_of, on, terms
from lead_pipeline_tests.integration.people import Person, told
from lead_pipeline_tests.integration.web.serving import Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101", "id": "=1+2"}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "id": "A-2"}


@pytest.fixture
def bought(site: Site) -> Site:
    """Ann and Bo of Acme and Bo of Harbor, in January."""
    terms(site, "Acme", "price = 10\nreturn_days = 7")
    terms(site, "Harbor", "price = 8\nscope = 'supplier'")
    came(site, "Acme/list.csv", on(1, 5), ANN, BO)
    came(site, "Harbor/list.csv", on(1, 5), BO | {"id": "H-1"})
    return site


def test_terms_are_settled_and_told(site: Site, call: Caller) -> None:
    said = {"terms": {"price": "10", "rules": [{"price": 15, "fields": {"state": "NY"}}]}}
    assert call("PUT", "/api/suppliers/Acme/terms", said).status == 200
    found = call("GET", "/api/suppliers/Acme/terms").json
    rules = [{"price": "15", "fields": {"state": ["NY"]}}]
    assert found["terms"] == {"price": "10", "rules": rules}
    assert [one["holds"] for one in found["history"]] == [True]
    (row,) = call("GET", "/api/suppliers").json
    assert row["cost_per_lead"] == "10"


def test_terms_that_cannot_be_are_refused_with_where(site: Site, call: Caller) -> None:
    answer = call("PUT", "/api/suppliers/Acme/terms", {"terms": {"price": -1}})
    assert answer.status == 422
    assert "terms.price" in answer.text
    came(site, "Acme/list.csv", on(1, 5), ANN)
    late = {"terms": {"price": 1}, "valid_from": "2026-01-01"}
    answer = call("PUT", "/api/suppliers/Acme/terms", late)
    assert (answer.status, "can hold from 2026-01-06 on" in answer.text) == (422, True)


def test_a_return_is_asked_for_and_decided(bought: Site, call: Caller) -> None:
    ann = {"lead_id": lead_of(bought, "Ann Lee"), "reason": "disconnected"}
    asked = call("POST", "/api/returns", ann)
    assert (asked.status, asked.json["state"]) == (201, "refused")  # it is long after its week
    give_back(bought, "Bo Ek", "disconnected", on(1, 6))
    (open_,) = call("GET", "/api/returns?state=open").json["items"]
    assert (open_["supplier"], open_["price"]) == ("Harbor", "8.0000")
    path = f"/api/returns/{open_['return_id']}"
    assert call("POST", f"{path}/approve").json["state"] == "approved"
    assert call("POST", f"{path}/refuse", {"why": "no"}).status == 409
    assert call("POST", "/api/returns", {"lead_id": 77, "reason": "?"}).status == 409


def test_a_statement_is_issued_once_and_comes_as_csv_and_workbook(
    bought: Site, call: Caller
) -> None:
    wanted = {"supplier": "Acme", "month": "2026-01"}
    issued = call("POST", "/api/statements", wanted)
    assert (issued.status, issued.json["total"], issued.json["lines"]) == (201, "20.0000", 2)
    assert call("POST", "/api/statements", wanted).status == 409
    assert call("POST", "/api/statements", wanted | {"month": "2999-01"}).status == 409
    assert call("POST", "/api/statements", wanted | {"supplier": "Nobody"}).status == 409
    path = f"/api/statements/{issued.json['statement_id']}"
    lines = [*csv.DictReader(io.StringIO(call("GET", f"{path}.csv").text))]
    assert [(one["your_id"], one["amount"]) for one in lines] == [
        ("'=1+2", "10.0000"), ("A-2", "10.0000")]  # fmt: skip
    book = CalamineWorkbook.from_filelike(io.BytesIO(call("GET", f"{path}.xlsx").body))
    table = book.get_sheet_by_index(0).to_python()
    assert [(row[5], row[7]) for row in table] == [
        ("your_id", "amount"), ("=1+2", 10), ("A-2", 10)]  # fmt: skip
    assert call("GET", "/api/statements/77.csv").status == 404


def test_the_report_says_what_lists_are_worth_and_who_was_first(bought: Site, call: Caller) -> None:
    found = call("GET", "/api/suppliers/report?weeks=520").json
    acme = next(one for one in found["worth"] if one["supplier"] == "Acme")
    assert (acme["contacts"], acme["new"], acme["owed"], acme["cost_per_new_lead"]) == (
        2, 2, "20.0000", "10.00")  # fmt: skip
    (pair,) = found["overlap"]
    assert (pair["first"], pair["later"], pair["people"], pair["within_a_day"]) == (
        "Acme", "Harbor", 1, 1)  # fmt: skip
    assert (pair["share_of_later"], pair["paid_twice"]) == ("1.0000", "8.0000")


def test_a_supplier_sees_its_statement_by_a_link_and_nothing_else(bought: Site) -> None:
    statement = issue(bought, "Acme", on(1, 1), on(2, 1))
    admin, number = a_token(bought, Role.ADMIN), statement["statement_id"]
    with serving(bought) as call:
        page = call("GET", f"/statements/{number}", authorization=bearer(admin)).text
        link = page.split('value="http://', 1)[1].split('"', 1)[0].partition("/")[2]
        assert "Acme" in call("GET", f"/{link}").text
        assert call("GET", f"/{link}.csv").text.count("charged") == 2
        assert call("GET", f"/{link}.xlsx").body.startswith(b"PK")
        assert call("GET", f"/statements/{number}").status == 303
        assert call("GET", f"/api/statements/{number}.csv").status == 401
        assert call("GET", f"/{link[:-2]}xx").status == 404
        with time_machine.travel(on(2, 1, 2027), tick=True):
            assert call("GET", f"/{link}").status == 404
    assert LINK_DAYS == 30


def test_forms_do_the_same(bought: Site, call: Caller) -> None:
    def form(path: str, body: str) -> int:
        kind = "application/x-www-form-urlencoded"
        return call("POST", path, body.encode(), content_type=kind).status

    assert form("/suppliers/Acme/terms", "toml=price+%3D+11&valid_from=") == 303
    assert form("/suppliers/Acme/terms", "toml=price+%3D&valid_from=") == 409
    assert told(bought, "SELECT price::text FROM terms_on('Acme', here(now()))") == [("11",)]
    give_back(bought, "Ann Lee", "disconnected", on(1, 6))
    give_back(bought, "Bo Ek", "disconnected", on(1, 6))
    assert form("/returns/1/approve", "") == 303
    assert form("/returns/2/refuse", "why=no") == 303
    assert form("/returns", f"lead_id={lead_of(bought, 'Ann Lee')}&reason=again") == 409
    assert form("/suppliers/Acme/statements", "month=2026-01") == 303
    assert told(bought, "SELECT total FROM statements") == [(20,)]


@pytest.mark.parametrize("name", ["Q&A 100% #1?", "Größe & Söhne", "a b+c", "Acme;x"])
def test_any_name_of_a_supplier_leads_to_its_page(site: Site, call: Caller, name: str) -> None:
    terms(site, name, "price = 10")
    kind = "application/x-www-form-urlencoded"
    path = f"/suppliers/{quote(name, safe='')}"
    done = call("POST", f"{path}/terms", b"toml=price+%3D+11&valid_from=", content_type=kind)
    assert done.headers["location"] == f"{path}?told=agreed"
    assert escape(name) in call("GET", done.headers["location"]).text
    assert call("GET", "/suppliers/Nobody").status == 404


@pytest.mark.parametrize("name", [".", "..", " ", "a/b"])
def test_what_can_be_no_folder_is_no_supplier(site: Site, name: str) -> None:
    with pytest.raises(OperatorError, match="cannot be a supplier"):
        terms(site, name, "price = 10")

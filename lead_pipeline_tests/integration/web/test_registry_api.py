"""Sources, suppliers and do-not-call lists over the API: the functions of the commands."""

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import imported
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101"}
BO = {"name": "Bo Ek", "mail": "bo@example.com", "phone": "202-555-0102"}
LIST = b"phone\n202-555-0102\nnot a number\n"


def test_sources_count_in_total_and_of_today(site: Site, call: Caller) -> None:
    imported(site, "Acme/list.csv", ANN, BO | {"at": "2026-01-01T00:00:00Z"})
    assert call("GET", "/api/sources").json == [
        {"source_id": 1, "source": "Acme", "sub_source": "list", "total": 2, "today": 1}
    ]


def test_a_source_is_added_by_hand_once_for_a_key(site: Site, call: Caller) -> None:
    said = {"source": "Acme", "sub_source": "partner"}
    first = call("POST", "/api/sources", said, idempotency_key="12345678")
    again = call("POST", "/api/sources", said, idempotency_key="12345678")
    assert (first.status, first.json) == (201, {"source_id": 1} | said)
    assert (again.json, again.headers["idempotency-replayed"]) == (first.json, "true")
    imported(site, "Acme/list.csv", ANN)
    (source,) = call("GET", "/api/sources").json
    assert (source["sub_source"], source["total"]) == ("partner", 1)
    assert call("POST", "/api/sources", {"source": " ", "sub_source": "x"}).status == 422


def test_a_supplier_is_told_with_terms_shares_and_weeks(site: Site, call: Caller) -> None:
    imported(site, "Acme/list.csv", ANN, ANN | {"name": "Ann"}, BO, {"name": "Cy", "mail": "x"})
    imported(site, "Acme/again.csv", ANN)
    (supplier,) = call("GET", "/api/suppliers").json
    counts = {"contacts": 5, "leads": 2, "duplicates": 2, "invalid": 1, "suppressed": 0}
    assert {name: supplier[name] for name in counts} == counts
    (week,) = supplier["weeks"]
    assert (week["contacts"], week["leads"]) == (5, 2)


def test_terms_are_settled_and_taken_away(site: Site, call: Caller) -> None:
    terms = {"cost_per_lead": "12.50", "lookback_days": 90, "scope": "supplier",
             "review": "always", "region": "DE"}  # fmt: skip
    told = call("PUT", "/api/suppliers/Acme%20%26%20Co", terms).json
    assert {name: told[name] for name in terms} == terms
    assert told["supplier"] == "Acme & Co"
    less = {"cost_per_lead": None, "lookback_days": None, "review": None}
    told = call("PUT", "/api/suppliers/Acme%20%26%20Co", less).json
    assert {name: told[name] for name in terms} == terms | less
    assert call("PUT", "/api/suppliers/Acme", {"cost_per_lead": "-1"}).status == 422
    assert call("PUT", "/api/suppliers/Acme", {"region": "XX"}).status == 422
    assert [one["supplier"] for one in call("GET", "/api/suppliers").json] == ["Acme & Co"]


def test_a_list_is_tried_then_loaded_and_looks_back(site: Site, call: Caller) -> None:
    imported(site, "Acme/list.csv", ANN, BO)
    path = "/api/dnc/national?kind=national&as_of=2026-05-01&filename=may.csv"
    tried = call("POST", f"{path}&dry_run=true", LIST).json
    assert (tried["dry_run"], tried["added"], tried["rejected"], len(tried["leads"])) == (
        True, 1, 1, 1,
    )  # fmt: skip
    assert tried["first_rejected"][0]["line"] == 3
    assert [one["name"] for one in call("GET", "/api/dnc").json] == ["opt-outs"]
    done = call("POST", path, LIST).json
    assert done == tried | {"dry_run": False} | {
        name: done[name] for name in ("list_id", "version_id", "loaded_at", "leads")
    }
    (listed, _) = call("GET", "/api/dnc").json
    assert (listed["name"], listed["version"], listed["entries"]) == ("national", 1, 1)
    assert listed["age_days"] > 0
    assert call("POST", path, LIST).json["unchanged"] is True
    (file,) = rows(site, "SELECT file_name FROM dnc_versions WHERE version > 0")
    assert file["file_name"] == "may.csv"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/dnc/new", LIST, 409),  # of which kind?
        ("/api/dnc/new?kind=state", b"name\nAnn\n", 422),
        ("/api/dnc/new?kind=state", b"", 422),
        ("/api/dnc/new?kind=none", LIST, 422),
        ("/api/dnc/new?kind=state&filename=../x", LIST, 422),
        ("/api/dnc/new?kind=state&as_of=1066-10-14", LIST, 422),
        ("/api/dnc/new?kind=state&as_of=9999-12-31", LIST, 409),
    ],
)
def test_what_is_no_list_is_refused(call: Caller, path: str, body: bytes, status: int) -> None:
    answer = call("POST", path, body)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert len(call("GET", "/api/dnc").json) == 1


def test_an_opt_out_counts_at_once(site: Site, call: Caller) -> None:
    imported(site, "Acme/list.csv", BO)
    said = {"values": ["(202) 555-0102", "bo@example.com"], "reason": "by phone"}
    answer = call("POST", "/api/dnc/opt-outs", said, idempotency_key="87654321")
    assert answer.status == 201
    assert [(one["key"], one["leads"]) for one in answer.json["opted_out"]] == [
        ("+12025550102", 1), ("bo@example.com", 1),
    ]  # fmt: skip
    assert call("GET", "/api/leads?callable=false").json["items"][0]["lead_id"] == 1
    assert call("POST", "/api/dnc/opt-outs", {"values": ["nonsense"]}).status == 422


def test_registries_are_for_operators_and_terms_for_admins(site: Site, call: Caller) -> None:
    viewer, operator = (bearer(a_token(site, r, r.word)) for r in (Role.VIEWER, Role.OPERATOR))
    for path in ("/api/sources", "/api/suppliers", "/api/dnc"):
        assert call("GET", path, authorization=viewer).status == 403
        assert call("GET", path, authorization=operator).status == 200
    load = call("POST", "/api/dnc/new?kind=state", LIST, authorization=viewer)
    terms = call("PUT", "/api/suppliers/Acme", {"lookback_days": 1}, authorization=operator)
    assert (load.status, terms.status) == (403, 403)

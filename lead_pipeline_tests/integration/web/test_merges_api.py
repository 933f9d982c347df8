"""Possible duplicates over the API: listed in pages, accepted, rejected, taken back."""

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import change, imported
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer

PEOPLE = 6


@pytest.fixture
def asked(site: Site) -> list[str]:
    """Pairs of leads, as a search would have found them; the likeliest come first."""
    for number in range(1, PEOPLE + 1):
        mail = f"ann{number}@example.com"
        imported(site, f"Acme/{number}.csv", {"name": f"Ann Lee {number}", "mail": mail})
    pairs = [(1, 2, None), (3, 4, 0.5), (1, 3, 0.9), (5, 6, 0.5), (2, 5, None)]
    for one, other, probability in pairs:
        change(
            site,
            "INSERT INTO merge_candidates (lead_id, other_lead_id, kind, probability, sentence)"
            " VALUES (%s, %s, 'linkage', %s, 'alike')",
            one,
            other,
            probability,
        )
    return ["1-3", "3-4", "5-6", "1-2", "2-5"]


def leads(site: Site) -> list[int]:
    return [row["lead_id"] for row in rows(site, "SELECT lead_id FROM leads_master ORDER BY 1")]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
def test_questions_come_in_pages_the_likeliest_first(
    limit: int, asked: list[str], call: Caller
) -> None:
    found, cursor = [], ""
    while cursor is not None:
        told = call("GET", f"/api/merges?limit={limit}{cursor and f'&cursor={cursor}'}").json
        found += [one["id"] for one in told["items"]]
        cursor = told["next"]
    assert found == asked


def test_a_page_goes_on_although_its_last_question_was_decided(
    asked: list[str], call: Caller
) -> None:
    first = call("GET", "/api/merges?limit=2").json
    call("POST", "/api/merges/3-4/reject")
    told = call("GET", f"/api/merges?cursor={first['next']}").json
    assert [one["id"] for one in told["items"]] == asked[2:]


def test_two_leads_become_one_once_and_two_again(
    command: Command, asked: list[str], site: Site, call: Caller
) -> None:
    done, again = (
        call("POST", "/api/merges/5-6/accept", idempotency_key="one-key-1") for _ in "12"
    )
    assert (done.status, done.json, leads(site)) == (201, again.json, [1, 2, 3, 4, 5])
    decision = done.json["decision_id"]
    assert call("GET", "/api/merges/decisions").json["items"][0]["decision_id"] == decision
    assert command("merges", "list", "--decided", "--json").documents[0]["decided_by"] == (
        "this machine"
    )
    assert call("POST", "/api/merges/5-6/accept").status == 409  # there is one of them only
    call("POST", f"/api/merges/{decision}/take-back")
    assert len(leads(site)) == PEOPLE
    assert call("POST", f"/api/merges/{decision}/take-back").status == 409


def test_who_is_two_people_is_not_asked_about_again(asked: list[str], call: Caller) -> None:
    assert call("POST", "/api/merges/1-3/reject").status == 201
    assert [one["id"] for one in call("GET", "/api/merges").json["items"]] == asked[1:]


def test_what_is_no_pair_is_refused(call: Caller) -> None:
    assert call("POST", "/api/merges/1/accept").status == 422
    assert call("POST", "/api/merges/1-1/accept").status == 409
    assert call("GET", "/api/merges?cursor=x").status == 422


def test_what_is_settled_is_listed(command: Command, call: Caller, site: Site) -> None:
    command("reading", "set", "Acme", "--delimiter", ";")
    path = site.settings.home / "list.csv"
    path.write_text("Full Name,Email,Pets\nAnn Lee,ann@example.com,2\n")
    assert command("mappings", "set", path, "Pets", "comments", "--supplier", "Acme").code == 0
    told = call("GET", "/api/choices").json
    (mapping,), (reading,) = told["mappings"], told["readings"]
    assert (mapping["supplier"], mapping["header"], mapping["ignored"]) == ("Acme", "Pets", False)
    assert reading["choices"] == {"delimiter": ";"}


def test_a_viewer_sees_no_people(site: Site, call: Caller) -> None:
    viewer = bearer(a_token(site, Role.VIEWER))
    for path in ("merges", "merges/decisions", "choices"):
        assert call("GET", f"/api/{path}", authorization=viewer).status == 403
    assert call("POST", "/api/merges/1-2/accept", authorization=viewer).status == 403

"""The paths of the older system: a session from its file to its leads, by HTTP alone.

What Dagster does with an import meanwhile, `works` does here.
"""

from typing import Any

import pytest

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import agree
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.web.serving import Answer, Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone")
FILE = csv_file(HEADER, [("Ann Lee", "ann@example.com", "202-555-0123"), ("Bo Ek", "x", "")])
BOUNDARY = "a-boundary"


def start(call: Caller, content: bytes = FILE, name: str = "list.csv", **fields: str) -> Answer:
    """Send a file as a form does; a header of the request begins with `idempotency`."""
    headers = {key: fields.pop(key) for key in [*fields] if key.startswith("idempotency")}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    about = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    parts.append(f"--{BOUNDARY}\r\n{about}\r\n\r\n".encode() + content)
    body = b"".join(parts) + f"\r\n--{BOUNDARY}--\r\n".encode()
    sent = f"multipart/form-data; boundary={BOUNDARY}"
    return call("POST", "/api/hybrid/start-processing", body, content_type=sent, **headers)


def works(site: Site, number: int | str = 1) -> Import:
    """The pipeline takes the import of a session as far as it goes by itself."""
    with connect(site.settings.database_url) as session:
        return run_steps(site, ledger.get(session, int(number)))


def statuses(facts: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["status"] for step in facts["steps"]}


def process(call: Caller, step: str, session_id: str = "1") -> dict[str, Any]:
    asked = {"session_id": session_id, "step": step}
    told: dict[str, Any] = call("POST", "/api/hybrid/process-step", asked).json
    return told


def test_a_session_goes_from_its_file_to_its_leads(site: Site, call: Caller) -> None:
    begun = start(call, supplier_id="Acme", lead_cost="2.50")
    assert begun.status == 201, begun.body
    number = begun.json["session_id"]
    assert (begun.json["current_step"], begun.json["supplier_id"]) == ("field_mapping", "Acme")
    assert process(call, "field_mapping")["step_status"] == "pending"

    works(site)
    told = call("GET", f"/api/hybrid/session-status/{number}").json
    assert (told["status"], told["current_step"]) == ("waiting", "duplicate_detection")
    assert statuses(told) == {
        "file_upload": "completed", "field_mapping": "completed", "data_cleaning": "completed",
        "normalization": "completed", "tagging": "completed", "auto_mapping": "completed",
        "duplicate_detection": "waiting", "preview": "waiting", "supplier_selection": "waiting",
        "dnc_check": "pending", "database_upload": "pending",
    }  # fmt: skip
    assert [one["session_id"] for one in call("GET", "/api/hybrid/active-sessions").json["sessions"]
            ] == [number]  # fmt: skip
    fed = {column["header"]: column["field"] for column in process(call, "field_mapping")["result"]}
    assert fed == {"Full Name": "full_name", "Mail": "email", "Phone": "phone_1"}
    preview = call("GET", f"/api/hybrid/preview-data/{number}").json
    assert process(call, "preview")["result"] == preview
    assert preview["counts"]["contacts"]["new"] == 1
    assert preview["quality"]["estimated_cost"] == "2.50"

    assert process(call, "database_upload")["status"] == "processing"
    done = works(site)
    assert (done.contacts_new, done.rows_rejected, done.confirmed_by) == (1, 1, "this machine")
    told = call("GET", f"/api/hybrid/session-status/{number}").json
    assert (told["status"], set(statuses(told).values())) == ("completed", {"completed"})
    assert call("GET", "/api/hybrid/active-sessions").json["sessions"] == []
    assert call("GET", f"/api/hybrid/preview-data/{number}").status == 409


def test_another_supplier_has_the_file_read_again_as_is_settled_for_it(
    site: Site, call: Caller
) -> None:
    start(call)
    assert works(site).supplier is None
    agree(site, "Acme", price=3)
    asked = {"session_id": "1", "supplier_id": "Acme"}
    told = call("POST", "/api/hybrid/update-supplier", asked).json
    assert (told["supplier_id"], told["status"]) == ("Acme", "processing")
    again = works(site)
    assert (again.status, again.supplier, again.source) == ("held", "Acme", "Acme")
    assert again.cost_per_lead == 3
    dearer = call("POST", "/api/hybrid/update-supplier", asked | {"lead_cost": "4.25"}).json
    assert (dearer["status"], dearer["lead_cost"]) == ("waiting", "4.25")
    (supplier,) = call("GET", "/api/hybrid/suppliers").json["suppliers"]
    assert (supplier["id"], supplier["name"]) == ("Acme", "Acme")
    assert call("POST", "/api/hybrid/update-supplier", asked | {"supplier_id": "a/b"}).status == 422


def test_all_steps_at_once_need_nobody(site: Site, call: Caller) -> None:
    start(call)
    told = call("POST", "/api/hybrid/process-all-steps/1").json
    assert told["status"] == "processing"
    assert works(site).contacts_new == 1
    assert call("POST", "/api/hybrid/process-all-steps/1").status == 409
    start(call, FILE + b"Cy Roe,cy@example.com,\n")
    works(site, 2)
    call("POST", "/api/hybrid/process-all-steps/2")
    assert works(site, 2).status == "completed"


def test_a_session_is_ended_without_a_lead(site: Site, call: Caller) -> None:
    start(call)
    works(site)
    assert call("DELETE", "/api/hybrid/session/1").json["status"] == "cancelled"
    assert works(site).status == "undone"
    assert rows(site, "SELECT * FROM leads_master") == []
    assert call("DELETE", "/api/hybrid/session/1").status == 409
    assert start(call).json["session_id"] == "2"  # the same file may come again


def test_a_form_sent_twice_begins_one_session(site: Site, call: Caller) -> None:
    first, again = (start(call, idempotency_key="key-number-1") for _ in "12")
    assert first.json["session_id"] == again.json["session_id"] == "1"
    assert start(call).status == 409  # the same content, and nobody says that it is the same form


def test_an_import_that_nobody_held_is_a_session_too(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "Acme/list.csv", FILE), STEPS[:2])
    told = call("GET", "/api/hybrid/session-status/1").json
    assert (told["status"], told["current_step"]) == ("processing", "dnc_check")
    assert statuses(told)["preview"] == "completed"


@pytest.mark.parametrize("name", ["../x.csv", ".hidden", "a/b.csv"])
def test_a_name_is_never_trusted(name: str, site: Site, call: Caller) -> None:
    assert start(call, name=name).status == 422
    assert site.bucket.keys() == set()


def test_what_is_no_form_is_refused(site: Site, call: Caller) -> None:
    assert call("POST", "/api/hybrid/start-processing", b"x").status == 422
    assert start(call, lead_cost="cheap").json["errors"][0]["where"] == "body.lead_cost"
    assert start(call, colour="red").status == 422
    assert start(call, content=b"").status == 422
    assert process(call, "nonsense")["errors"][0]["where"] == "body.step"
    assert call("GET", "/api/hybrid/session-status/9").status == 404
    assert call("GET", "/api/hybrid/health").json == {"status": "healthy"}


def test_a_form_over_the_limit_is_refused(site: Site, call: Caller) -> None:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    size = str(site.settings.max_file_bytes + 1)
    path = "/api/hybrid/start-processing"
    assert call("POST", path, b"x", content_type=kind, content_length=size).status == 413


def test_a_viewer_sees_how_far_it_is_and_nothing_of_the_file(site: Site, call: Caller) -> None:
    start(call)
    works(site)
    viewer = call.having(Authorization=bearer(a_token(site, Role.VIEWER)))
    for path in ("session-status/1", "active-sessions"):
        told = viewer("GET", f"/api/hybrid/{path}")
        assert told.status == 200
        assert b"Ann" not in told.body
    assert viewer("GET", "/api/hybrid/preview-data/1").status == 403
    assert start(viewer).status == 403
    assert viewer("DELETE", "/api/hybrid/session/1").status == 403

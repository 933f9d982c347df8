"""Over the API: a file looked at before it counts, its columns corrected, its reading settled."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.suppliers.suppliers import agree
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone", "Street", "City", "State", "Pets")
PEOPLE = [
    ("Ann Lee", "ann@example.com", "202-555-0123", "1 Main St", "Salem", "OR", "2"),
    ("Ann Lee", "ann@example.com", "", "", "", "", ""),
    ("Bo Ek", "bo at example", "12", "", "Salem", "", "3"),
    ("", "", "", "", "", "", ""),
    ("Cy Roe", "cy@example.com", "12", "", "", "", "<b>"),
]
FILE = csv_file(HEADER, PEOPLE)


@pytest.fixture
def held(site: Site) -> Import:
    """The file, as an import of Acme that waits for a person."""
    always = replace(site, settings=replace(site.settings, review="always"))
    return run_steps(always, drop(site, "Acme/list.csv", FILE))


@pytest.mark.parametrize("options", [{}, {"supplier": "Acme"}, {"region": "DE", "rows": 2}])
def test_a_file_looks_the_same_over_the_api_and_on_the_command_line(
    options: dict[str, object], command: Command, site: Site, call: Caller, tmp_path: Path
) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        agree(session, "Acme", cost_per_lead=12)  # type: ignore[arg-type]
    run_steps(site, drop(site, "Acme/known.csv", csv_file(HEADER, PEOPLE[:1])))
    path = tmp_path / "Löhne.csv"
    path.write_bytes(FILE)
    typed = [word for name, value in options.items() for word in (f"--{name}", value)]
    query = urlencode({"name": path.name, **options})
    by_api = call("POST", f"/api/previews?{query}", FILE)
    assert by_api.status == 200
    assert by_api.body.decode() == command("preview", path, "--json", *typed).out
    assert rows(site, "SELECT count(*) FROM lead_sources")[0]["count"] == 1
    assert [key for key in site.bucket.keys() if "hne" in key] == []  # noqa: SIM118


def test_the_preview_tells_how_good_a_file_is(site: Site, call: Caller) -> None:
    told = call("POST", "/api/previews?name=list.csv&cost=2.5", FILE).json
    assert told["counts"]["contacts"]["new"] == 2
    assert told["quality"] == {
        "phones": {"filled": 3, "valid": 1},
        "mails": {"filled": 4, "valid": 3},
        "addresses": {"filled": 1, "valid": 1},
        "duplicates": 1,
        "suppressed": 0,
        "estimated_cost": "5.0",
    }


def test_what_is_no_list_is_told_with_what_is_wrong(call: Caller) -> None:
    answer = call("POST", "/api/previews?name=list.csv", b"Full Name,Mail\n")
    assert (answer.status, answer.json["code"]) == (422, "header_only")
    assert call("POST", "/api/previews?name=../list.csv", FILE).status == 422
    assert call("POST", "/api/previews?name=list.csv&encoding=nonsense", FILE).status == 422
    assert call("POST", "/api/previews?name=list.csv", b"").status == 422


def test_a_file_over_the_limit_is_refused(site: Site, call: Caller) -> None:
    size = site.settings.max_file_bytes + 1
    answer = call("POST", "/api/previews?name=list.csv", b"x", content_length=str(size))
    assert answer.status == 413


def test_a_held_import_shows_each_record_before_and_after(held: Import, call: Caller) -> None:
    told = call("GET", "/api/imports/1/preview").json
    assert told["file"]["name"] == "list.csv"
    first = told["rows"][0]
    assert first["cells"] == list(PEOPLE[0])
    (contact,) = first["contacts"]
    assert contact["lead"]["phone_e164"] == "+12025550123"
    assert {"column": "contact_phone_1", "raw": "202-555-0123", "clean": "+12025550123"} in (
        contact["changes"]
    )
    assert call("GET", "/api/imports/1/preview?rows=0").json["rows"] == []


def test_what_is_decided_has_no_preview(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "list.csv", FILE))
    refused = call("GET", "/api/imports/1/preview")
    assert (refused.status, "by outcome" in refused.json["detail"]) == (409, True)


def test_columns_are_told_with_samples_and_what_they_may_have_meant(
    held: Import, call: Caller
) -> None:
    told = call("GET", "/api/imports/1/columns").json
    columns = {column["header"]: column for column in told["columns"]}
    assert list(columns) == list(HEADER)
    mail, pets = columns["Mail"], columns["Pets"]
    assert (mail["field"], mail["how"], mail["suggestions"][0]) == ("email", "alias", "email")
    assert mail["samples"] == ["ann@example.com", "bo at example", "cy@example.com"]
    assert (pets["field"], pets["corrected"], pets["samples"]) == (None, None, ["2", "3", "<b>"])


def test_without_its_object_the_columns_have_no_samples(
    site: Site, held: Import, call: Caller
) -> None:
    (Path(site.settings.bucket_url) / held.object_key).unlink()
    told = call("GET", "/api/imports/1/columns").json
    assert told["missing"] == "the object is gone from the bucket"
    assert told["columns"][1]["samples"] is None


@pytest.mark.parametrize(
    ("scope", "corrected"),
    [
        ("object", {"Acme/list.csv": True, "Acme/next.csv": False, "Brix/next.csv": False}),
        ("supplier", {"Acme/list.csv": True, "Acme/next.csv": True, "Brix/next.csv": False}),
        ("anyone", {"Acme/list.csv": True, "Acme/next.csv": True, "Brix/next.csv": True}),
    ],
)
def test_a_correction_is_remembered_for_whom_it_was_meant(
    scope: str, corrected: dict[str, bool], site: Site, held: Import, call: Caller
) -> None:
    wanted = {"scope": scope, "columns": {"Pets": "comments"}}
    told = call("PUT", "/api/imports/1/columns", wanted).json
    assert told["columns"][-1]["corrected"] == scope
    call("POST", "/api/imports/1/again")
    found = {}
    for key in corrected:
        import_ = held if key == held.object_key else drop(site, key, FILE + key.encode())
        done = run_steps(site, import_, STEPS[:1])
        found[key] = (done.columns or [])[-1]["field"] == "comments"
    assert found == corrected
    call("PUT", "/api/imports/1/columns", {"scope": scope, "forget": ["Pets"]})
    assert rows(site, "SELECT * FROM mapping_corrections") == []


def test_a_correction_that_cannot_be_is_refused_as_a_whole(
    site: Site, held: Import, call: Caller
) -> None:
    wanted = {"scope": "anyone", "columns": {"Pets": "comments", "Phone": "nonsense"}}
    refused = call("PUT", "/api/imports/1/columns", wanted)
    assert (refused.status, "there is no field" in refused.json["detail"]) == (422, True)
    assert rows(site, "SELECT * FROM mapping_corrections") == []
    drop(site, "unread.csv", b"Email\nbo@example.com\n")
    assert call("GET", "/api/imports/2/columns").status == 409
    run_steps(site, state(site, drop(site, "nobodys.csv", FILE + b"x")), STEPS[:1])
    of_nobody = call("PUT", "/api/imports/3/columns", {"scope": "supplier"})
    assert (of_nobody.status, "no supplier" in of_nobody.json["detail"]) == (422, True)


def test_how_a_file_is_read_is_settled_and_forgotten(
    command: Command, site: Site, held: Import, call: Caller
) -> None:
    told = call("GET", "/api/imports/1/reading").json
    found = told["found"]
    assert (found["encoding"], found["delimiter"], found["header_row"]) == ("utf-8", ",", 1)
    assert (found["region"], told["settled"]) == ("US", {"object": {}, "supplier": {}})
    wanted = {"scope": "supplier", "delimiter": ";", "region": "DE"}
    settled = call("PUT", "/api/imports/1/reading", wanted).json["settled"]
    assert settled == {"object": {}, "supplier": {"delimiter": ";", "region": "DE"}}
    assert command("reading", "list", "--json").documents[0]["choices"] == settled["supplier"]
    own = call("PUT", "/api/imports/1/reading", {"scope": "object", "delimiter": ","}).json
    assert own["settled"]["object"] == {"delimiter": ","}
    call("POST", "/api/imports/1/again")
    again = run_steps(site, held, STEPS[:1])
    assert ((again.layout or {})["delimiter"], again.region) == (",", "DE")
    gone = call("PUT", "/api/imports/1/reading", {"scope": "supplier"}).json
    assert gone["settled"]["supplier"] == {}
    assert call("PUT", "/api/imports/1/reading", {"scope": "object", "region": "XX"}).status == 422


def test_supplier_and_cost_of_a_held_import_are_settled(
    site: Site, held: Import, call: Caller
) -> None:
    same = call("PUT", "/api/imports/1/supplier", {"supplier": "Acme", "cost": "2.50"}).json
    assert (same["status"], same["cost_per_lead"]) == ("held", "2.50")
    other = call("PUT", "/api/imports/1/supplier", {"supplier": "Brix"}).json
    assert (other["status"], other["supplier"], other["cost_per_lead"]) == ("waiting", "Brix", None)
    assert run_steps(site, held).source == "Brix"  # read again as of that supplier, and it counts
    assert call("PUT", "/api/imports/1/supplier", {"supplier": "Acme"}).status == 409
    assert call("PUT", "/api/imports/1/supplier", {"supplier": "a/b"}).status == 422


def test_an_upload_may_ask_to_wait_for_a_person(site: Site, call: Caller) -> None:
    told = call("PUT", "/api/uploads/list.csv?hold=true", FILE).json
    with connect(site.settings.database_url, autocommit=True) as session:
        (entered,) = ledger.register(session, site.bucket.list())
    assert entered.object_key == told["object_key"]
    waiting = run_steps(site, entered)
    assert (waiting.status, [reason["code"] for reason in waiting.held_for or []]) == (
        "held", ["always"],
    )  # fmt: skip


def test_a_viewer_settles_and_sees_nothing_of_it(site: Site, held: Import, call: Caller) -> None:
    viewer = bearer(a_token(site, Role.VIEWER))
    for path in ("columns", "reading", "preview"):
        assert call("GET", f"/api/imports/1/{path}", authorization=viewer).status == 403
    name = quote("list.csv")
    assert call("POST", f"/api/previews?name={name}", FILE, authorization=viewer).status == 403

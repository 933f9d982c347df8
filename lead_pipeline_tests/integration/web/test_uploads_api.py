"""Files sent over HTTP: into the bucket whole, once, by their own name; or not at all."""

import json
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Answer, Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

FILE = csv_file(("Full Name", "Email"), [("Ann Lee", "ann@example.com")])
OTHER = csv_file(("Full Name", "Email"), [("Bo Ek", "bo@example.com")])


def put(call: Caller, name: str, content: bytes = FILE, query: str = "", **headers: str) -> Answer:
    return call("PUT", f"/api/uploads/{quote(name, safe='')}{query}", content, **headers)


def in_bucket(site: Site) -> set[str]:
    """Every file below the bucket's folder, finished or not."""
    root = Path(site.settings.bucket_url)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def entered(site: Site) -> list[Import]:
    """The imports that a listing of the bucket begins."""
    with connect(site.settings.database_url, autocommit=True) as session:
        return ledger.register(session, ledger.unknown_versions(session, site.bucket.list()))


@pytest.fixture
def unfinished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files of this test alone: others work in the machine's."""
    folder = tmp_path / "unfinished"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def small(site: Site) -> Iterator[Caller]:
    """A page that takes files of one megabyte."""
    with serving(replace(site, settings=replace(site.settings, max_file_mb=1))) as caller:
        yield caller


def test_a_file_is_stored_and_can_be_followed_to_its_lead(site: Site, call: Caller) -> None:
    answer = put(call, "list.csv", query="?supplier=Acme&cost=12.50&force_refresh=true")
    assert answer.status == 201
    told = answer.json
    tag = sha256(FILE).hexdigest()
    assert told["object_key"] == f"Acme/list_{tag[:12]}.csv"
    assert (told["file"], told["version_tag"], told["bytes"]) == ("list.csv", tag, len(FILE))
    assert call("GET", told["follow"]).json["import_id"] is None  # no listing has seen it yet
    (import_,) = entered(site)
    run_steps(site, import_)
    followed = call("GET", told["follow"]).json
    assert (followed["import_id"], followed["status"]) == (import_.import_id, "completed")
    done = call("GET", "/api/imports/1").json
    assert (done["supplier"], done["cost_per_lead"], done["force_refresh"]) == (
        "Acme", "12.50", True,
    )  # fmt: skip


def test_what_is_said_about_reading_is_left_for_the_import(site: Site, call: Caller) -> None:
    content = "Name;Geburtstag\nJörg Lee;03.04.1990\n".encode("cp1252")
    query = "?encoding=windows-1252&delimiter=%3B&header_row=1&date_order=day&region=DE"
    told = put(call, "list.csv", content, query).json
    (settled,) = rows(site, "SELECT * FROM reading_choices")
    assert (settled["scope"], settled["name"]) == ("object", told["object_key"])
    assert settled["choices"] == {
        "encoding": "windows-1252", "delimiter": ";", "header_row": 1, "date_order": "day",
        "region": "DE",
    }  # fmt: skip


def test_a_tab_may_be_typed(site: Site, call: Caller) -> None:
    put(call, "list.csv", query="?delimiter=%5Ct")
    (settled,) = rows(site, "SELECT choices FROM reading_choices")
    assert settled["choices"] == {"delimiter": "\t"}


@pytest.mark.parametrize(
    "query",
    [
        "?encoding=klingon", "?profile=none", "?region=XX", "?region=de1", "?header_row=-1",
        "?cost=-1", "?cost=nan", "?cost=1e99", "?date_order=year", "?suplier=Acme",
        "?supplier=..", "?supplier=a%2Fb", "?supplier=.hidden", "?supplier=", "?supplier=a%00b",
    ],
)  # fmt: skip
def test_what_nobody_can_mean_is_refused_before_anything_is_kept(
    site: Site, call: Caller, query: str
) -> None:
    answer = put(call, "list.csv", query=query)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert in_bucket(site) == set()
    assert rows(site, "SELECT * FROM reading_choices") == []
    assert rows(site, "SELECT * FROM drop_requests") == []


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("..", 422), ("../list.csv", 404), ("/etc/list.csv", 404), ("a/b.csv", 404),
        (".", 422), ("..\\list.csv", 422), (".hidden.csv", 422), ("list.csv.part", 422),
        ("~$list.xlsx", 422), ("Thumbs.db", 422), ("a\nb.csv", 422), ("a\x00b.csv", 422),
        ("a\x1b[31m.csv", 422), (f"{'x' * 201}.csv", 422), (f"{'🐘' * 60}.csv", 422),
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_not_taken(
    site: Site, call: Caller, name: str, status: int
) -> None:
    assert put(call, name).status == status
    assert in_bucket(site) == set()


@pytest.mark.parametrize(
    "name",
    ["<img src=x onerror=alert(1)>.csv", "قائمة.csv", "\u202elist.csv", "🐘.csv",
     "a & b=c?d#e%20.csv", "'; DROP TABLE leads;--.csv", "list", f"{'x' * 196}.csv"],
)  # fmt: skip
def test_a_strange_name_is_a_name(site: Site, call: Caller, name: str) -> None:
    answer = put(call, name)
    assert (answer.status, answer.json["file"]) == (201, name)
    assert in_bucket(site) == {answer.json["object_key"]}
    (import_,) = entered(site)
    assert call("GET", answer.json["follow"]).json["import_id"] == import_.import_id


def test_an_empty_file_is_refused(site: Site, call: Caller) -> None:
    answer = put(call, "list.csv", b"")
    assert (answer.status, answer.json["detail"]) == (422, "list.csv: the file is empty")
    assert in_bucket(site) == set()


def test_known_content_is_told_before_a_byte_is_sent(site: Site, call: Caller) -> None:
    asked = f"/api/uploads?sha256={sha256(FILE).hexdigest()}"
    assert call("GET", asked).json == {
        "import_id": None, "object_key": None, "status": None, "refused": False,
    }  # fmt: skip
    put(call, "list.csv")
    (import_,) = entered(site)
    run_steps(site, import_)
    assert call("GET", asked).json == {
        "import_id": 1, "object_key": import_.object_key, "status": "completed", "refused": True,
    }  # fmt: skip
    assert call("GET", asked.upper().replace("/API/UPLOADS?SHA", "/api/uploads?sha")).json[
        "refused"
    ]
    call("POST", "/api/imports/1/undo")
    assert call("GET", asked).json["refused"] is False
    assert call("GET", "/api/uploads").status == 422
    assert call("GET", "/api/uploads?sha256=12").status == 422


def test_the_same_content_again_is_refused_with_its_import(site: Site, call: Caller) -> None:
    put(call, "list.csv")
    assert put(call, "list.csv").json["code"] == "known_content"
    run_steps(site, entered(site)[0])
    again = put(call, "renamed.csv")
    assert (again.status, again.json["code"], again.json["import_id"]) == (409, "known_content", 1)


def test_content_of_an_import_that_brought_nothing_comes_back_by_again_or_another_name(
    site: Site, call: Caller
) -> None:
    put(call, "list.csv")
    (import_,) = entered(site)
    with connect(site.settings.database_url, autocommit=True) as session:
        ledger.end(session, import_.import_id, Status.FAILED, "failed", "for the test")
    refused = put(call, "list.csv")
    assert (refused.status, refused.json["import_id"]) == (409, 1)
    assert "it is failed (for the test): `lead-pipeline again 1`" in refused.json["detail"]
    assert put(call, "renamed.csv").status == 201
    assert call("POST", "/api/imports/1/again").json["status"] == "waiting"


def test_a_known_name_with_other_content_asks(site: Site, call: Caller) -> None:
    put(call, "list.csv")
    asked = put(call, "list.csv", OTHER)
    assert (asked.status, asked.json["code"]) == (409, "known_name")
    assert "new_version=true" in asked.json["detail"]
    assert put(call, "list.csv", OTHER, "?new_version=true").status == 201
    assert len(in_bucket(site)) == 2


def test_a_file_over_the_limit_is_refused(site: Site, small: Caller) -> None:
    answer = put(small, "list.csv", b"x" * (1 << 20) + b"y")
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "larger than 1 MB" in answer.json["detail"]
    assert put(small, "list.csv", b"x" * (1 << 20)).status == 201


def begun(call: Caller, headers: str, body: bytes) -> socket.socket:
    """A request that has been sent so far."""
    address = urlsplit(call.url)
    line = socket.create_connection((address.hostname, address.port), timeout=30)
    head = f"PUT /api/uploads/list.csv HTTP/1.1\r\nHost: {address.netloc}\r\n{headers}\r\n\r\n"
    line.sendall(head.encode() + body)
    return line


def test_a_file_that_does_not_say_its_size_is_refused_in_mid_stream(
    site: Site, small: Caller, unfinished: Path
) -> None:
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with begun(small, "Transfer-Encoding: chunked", piece * 17) as line:  # and no end of it
        assert line.recv(100).startswith(b"HTTP/1.1 413")
    assert in_bucket(site) == set()
    assert not [*unfinished.iterdir()]


def test_a_declared_size_over_the_limit_is_refused_before_it_comes(small: Caller) -> None:
    with begun(small, "Content-Length: 60000000", b"") as line:
        assert line.recv(100).startswith(b"HTTP/1.1 413")


def test_half_an_upload_leaves_nothing(site: Site, unfinished: Path) -> None:
    with serving(site) as call:
        begun(call, "Content-Length: 1000000", b"Full Name,Email\n" * 1000).close()
        assert call("GET", "/api/health").status == 200
    assert in_bucket(site) == set()  # the server has ended, and so has every request
    assert not [*unfinished.iterdir()]


def test_an_upload_asks_for_an_operator_before_it_reads(site: Site) -> None:
    viewer = a_token(site, Role.VIEWER)
    with serving(site) as call:
        assert put(call, "list.csv").status == 401
        assert put(call, "list.csv", authorization=bearer(viewer)).status == 403
    assert in_bucket(site) == set()


def test_the_same_key_gives_the_first_answer(site: Site, call: Caller) -> None:
    first = put(call, "list.csv", idempotency_key="key-number-1")
    again = put(call, "list.csv", idempotency_key="key-number-1")
    assert (again.status, again.json) == (201, first.json)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(in_bucket(site)) == 1
    (kept,) = rows(site, "SELECT * FROM request_answers")
    assert "key-number-1" not in str(kept)


@pytest.mark.parametrize(("query", "content"), [("", OTHER), ("?supplier=Acme", FILE)])
def test_a_key_is_for_one_request(site: Site, call: Caller, query: str, content: bytes) -> None:
    put(call, "list.csv", idempotency_key="key-number-1")
    assert put(call, "list.csv", content, query, idempotency_key="key-number-1").status == 422
    assert len(in_bucket(site)) == 1


def test_a_request_that_failed_may_be_tried_again_by_its_key(site: Site, call: Caller) -> None:
    put(call, "list.csv")
    for _ in range(2):
        assert put(call, "list.csv", OTHER, idempotency_key="key-number-1").status == 409
    assert rows(site, "SELECT * FROM request_answers") == []


def test_a_key_is_its_owners_and_is_kept_for_a_day(site: Site) -> None:
    ann, bo = a_token(site, Role.OPERATOR, "ann"), a_token(site, Role.OPERATOR, "bo")
    with serving(site) as call:
        first = put(call, "a.csv", idempotency_key="key-number-1", authorization=bearer(ann))
        other = put(call, "b.csv", OTHER, idempotency_key="key-number-1", authorization=bearer(bo))
        assert (first.status, other.status) == (201, 201)
        with connect(site.settings.database_url) as session:
            session.execute("UPDATE request_answers SET made_at = now() - interval '25 hours'")
        late = put(call, "a.csv", idempotency_key="key-number-1", authorization=bearer(ann))
        assert late.status == 409
    assert rows(site, "SELECT * FROM request_answers") == []


def test_pressed_twice_at_once_is_one_upload(site: Site, call: Caller) -> None:
    with ThreadPoolExecutor(5) as people:
        asked = [
            people.submit(put, call, "list.csv", idempotency_key="key-number-1") for _ in range(5)
        ]
        answers = [one.result() for one in asked]
    assert {one.status for one in answers} == {201}
    assert len({json.dumps(one.json) for one in answers}) == 1
    assert len(in_bucket(site)) == 1


@pytest.mark.parametrize(
    "path", ["/api/uploads?object_key=a%00b&version_tag=c", "/api/imports?supplier=a%00"]
)
def test_what_no_text_of_the_database_can_hold_is_refused(call: Caller, path: str) -> None:
    answer = call("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")

"""Live progress over HTTP: asked once, and as events that do not keep the server from ending."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from lead_pipeline import ledger
from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.stack import eventually, free_port
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

FILE = csv_file(("Full Name", "Email"), [("Ann Lee", "ann@example.com")])


@dataclass(frozen=True, slots=True)
class Event:
    """A server-sent event as a browser takes it."""

    name: str
    id: str
    data: dict[str, object]


@contextmanager
def stream(url: str, path: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def events(reply: http.client.HTTPResponse) -> Iterator[Event]:
    """The events of a stream as they come."""
    fields: dict[str, str] = {}
    while line := reply.readline().decode():
        name, _, value = line.strip().partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield Event(fields["event"], fields["id"], json.loads(fields["data"]))
            fields = {}


def test_progress_is_asked_for_once(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "list.csv", FILE))
    told = call("GET", "/api/imports/1/progress").json
    assert (told["import_id"], told["status"], told["finished"]) == (1, "completed", True)
    assert call("GET", "/api/imports/9/progress").status == 404


def test_events_come_as_the_import_goes_on_and_end_with_it(site: Site, call: Caller) -> None:
    import_ = drop(site, "list.csv", FILE)
    with stream(call.url, "/api/imports/1/events") as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        coming = events(reply)
        assert next(coming).data["status"] == "waiting"
        run_steps(site, import_, STEPS[:2])
        assert next(event for event in coming if event.data["step"] == "archiving")
        run_steps(site, import_, STEPS[2:])
        *_, progress, end = coming
    assert (progress.name, end.name, progress.id) == ("progress", "end", end.id)
    assert end.data["finished"] is True


def test_who_comes_back_is_told_what_is_new(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "list.csv", FILE))
    with stream(call.url, "/api/imports/1/events") as reply:
        told = [*events(reply)]
    with stream(call.url, "/api/imports/1/events", **{"Last-Event-ID": told[0].id}) as reply:
        assert [event.name for event in events(reply)] == ["end"]
    with stream(call.url, "/api/imports/1/events", **{"Last-Event-ID": "another"}) as reply:
        assert [event.name for event in events(reply)] == ["progress", "end"]


def test_an_open_stream_holds_no_session_with_the_database(site: Site, call: Caller) -> None:
    drop(site, "list.csv", FILE)
    sessions = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with ExitStack() as stack:
        for _ in range(5):
            next(events(stack.enter_context(stream(call.url, "/api/imports/1/events"))))
        eventually(lambda: rows(site, sessions)[0]["count"] == 0, "nobody has a session")


def test_a_viewer_may_look_and_nobody_without_a_token(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "list.csv", FILE))
    viewer = bearer(a_token(site, Role.VIEWER))
    for path in ("progress", "events"):
        assert call("GET", f"/api/imports/1/{path}").status == 401
        assert call("GET", f"/api/imports/1/{path}", authorization=viewer).status == 200
    assert call("GET", "/api/imports/9/events", authorization=viewer).status == 404


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_open_tabs_do_not_keep_the_server_from_ending(site: Site, number: signal.Signals) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        drop(site, "list.csv", FILE)
        with ledger.hold(session, 1), ExitStack() as stack:
            port = free_port()
            server = subprocess.Popen(
                [sys.executable, "-m", "lead_pipeline.web.serve", "127.0.0.1", str(port)],
                env=os.environ
                | {
                    "LEADS_HOME": str(site.settings.home),
                    "LEADS_DATABASE_URL": site.settings.database_url,
                    "LEADS_BUCKET_URL": site.settings.bucket_url,
                },
            )
            stack.callback(server.kill)
            caller = Caller(f"http://127.0.0.1:{port}", {})
            eventually(lambda: _answers(caller), "the server answers")
            for _ in range(10):
                open_tab = stack.enter_context(stream(caller.url, "/api/imports/1/events"))
                assert next(events(open_tab)).name == "progress"
            server.send_signal(number)
            asked = time.monotonic()
            server.wait(timeout=30)
            assert time.monotonic() - asked < 3  # the promise to whoever presses Ctrl-C


def _answers(caller: Caller) -> bool:
    try:
        return caller("GET", "/api/health").status == 200
    except OSError:
        return False

"""`lead-pipeline up` and the commands beside it, as a person uses them."""

import csv
import io
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest

from lead_pipeline.settings import socket_folder
from lead_pipeline_tests.integration.stack import (
    Up,
    command,
    ended_import,
    eventually,
    free_port,
    ordinary_user,
    running_up,
    session_of,
)
from lead_pipeline_tests.integration.web.serving import Caller

LEADS = """\
Full Name,E-mail,Phone
Ada Example,ada.{name}@example.com,
"""
REJECTED = """\
Phone,Notes,Full Name
202-555-0102,call later,Ben Example
,"second, ""hand"", cheap",Nobody At All
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """With the samples, in a folder whose path is longer than that of a socket may be."""
    home = tmp_path_factory.mktemp("up") / "a home with spaces" / ("long " * 25 + "% ü")
    assert len(os.fsencode(home)) > 107
    with running_up(home, "--demo") as stack:
        yield stack
    shutil.rmtree(socket_folder(home))  # outside of home, as its path is too long


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where nothing runs."""
    return tmp_path


def test_it_prints_where_everything_is_and_the_ui_answers(stack: Up) -> None:
    for line in (
        f"  page         {stack.page_url}",
        f"  API          {stack.page_url}/api",
        f"  Dagster UI   {stack.url}",
        f"  bucket       {stack.home / 'lead-imports'}",
        f"  logs         {stack.home / 'logs'}",
        f"  Dagster CLI  export DAGSTER_HOME={stack.home / 'dagster'}",
    ):
        assert line in stack.said.splitlines()
    with urllib.request.urlopen(f"{stack.url}/server_info") as reply:
        assert json.load(reply)["dagster_version"]
    with urllib.request.urlopen(f"{stack.page_url}/imports") as reply:
        assert "Imports" in reply.read().decode()


def test_the_ui_takes_nothing_from_a_link_or_another_site(stack: Up) -> None:
    """What Dagster's webserver answers by itself is `true`, whoever asks and however."""
    stop = 'mutation { stopRunningSchedule(id: "none") { __typename } }'
    ask = Caller(stack.url, {})
    asked = {"query": "{ version }"}
    assert ask("POST", "/graphql", asked, origin=stack.url).json["data"]["version"]
    assert ask("GET", f"/graphql?query={quote(stop)}", host="evil.example.com").status == 403
    assert ask("GET", f"/graphql?query={quote(stop)}").status == 405
    assert ask("POST", "/graphql", asked, origin="http://evil.example.com").status == 403


def test_the_samples_are_imported_by_themselves(stack: Up) -> None:
    with session_of(stack.settings) as session:
        for key in ("Harbor Data/property_export.csv", "LeadConduit/leadconduit.csv",
                    "Acme Leads/web_leads.csv"):  # fmt: skip
            assert f"dropped {key}" in stack.said
            done = ended_import(session, key)
            assert (done["status"], done["attempt"]) == ("completed", 1)
    listed = stack.run("status", "--json")
    assert listed.returncode == 0
    statuses = {one["object_key"]: one["status"] for one in _documents(listed)}
    assert statuses["Acme Leads/web_leads.csv"] == "completed"


def test_a_dropped_file_is_waited_for_and_its_outcomes_are_told(stack: Up, folder: Path) -> None:
    source = folder / "clean.csv"
    source.write_text(LEADS.format(name="clean"))
    done = stack.run("drop", source, "--supplier", "Acme Leads", "--wait", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (told,) = _documents(done)
    assert told["status"] == "completed"
    assert told["supplier"] == "Acme Leads"
    assert told["outcomes"]["rows"] == {"contacts": 1, "rejected": 0, "blank": 0}
    assert {name: n for name, n in told["outcomes"]["contacts"].items() if n} == {"new": 1}
    assert told["summary"] == {"new": 1, "same_source": 0, "cross_source": 0,
                               "skipped_without_phone": 0, "errors": 0}  # fmt: skip
    (shown,) = _documents(stack.run("status", str(told["import_id"]), "--json"))
    known = {name: value for name, value in told.items() if value is not None}
    assert {name: shown[name] for name in known} == known
    assert "archive" in stack.run("status", str(told["import_id"])).stdout


def test_rejected_rows_make_exit_code_3_and_come_back_as_they_were(stack: Up, folder: Path) -> None:
    source = folder / "rejected.csv"
    source.write_text(REJECTED)
    dropped = stack.run("drop", source, "--wait", "--json")
    assert dropped.returncode == 3
    (told,) = _documents(dropped)
    found = stack.run("errors", str(told["import_id"]))
    assert found.returncode == 0
    header, row = csv.reader(io.StringIO(found.stdout))
    assert header == ["Phone", "Notes", "Full Name", "_row", "_code", "_reason"]
    assert row[:4] == ["", 'second, "hand", cheap', "Nobody At All", "3"]
    (same,) = _documents(stack.run("errors", str(told["import_id"]), "--json"))
    assert same == dict(zip(header, row, strict=True)) | {"Phone": None, "_row": 3}
    kept = stack.run("errors", str(told["import_id"]), "-o", folder / "errors.csv")
    assert (kept.returncode, kept.stdout) == (0, "")
    assert (folder / "errors.csv").read_text() == found.stdout


def test_what_was_dropped_is_found_by_its_own_name_and_in_the_database(
    stack: Up, folder: Path
) -> None:
    source = folder / "by name.csv"
    source.write_text(LEADS.format(name="byname"))
    assert stack.run("drop", source, "--supplier", "Acme Leads", "--wait").returncode == 0
    (told,) = _documents(stack.run("status", "Acme Leads/by name.csv", "--json"))
    query = f"SELECT emails FROM archive.{told['archive_table']}"
    found = stack.run("psql", "-Atc", query)
    assert (found.returncode, found.stdout) == (0, "{ada.byname@example.com}\n")


def test_the_doctor_finds_every_part_and_nothing_wrong(stack: Up) -> None:
    (told,) = _documents(stack.run("doctor", "--json"))
    assert [one for one in told["findings"] if not one["fine"]] == []
    (parts,) = (one["told"] for one in told["findings"] if one["name"] == "stack")
    assert parts == (
        f"up is process {stack.process.pid}, {stack.page_url}; "
        "runs database, code server, webserver, daemon, page"
    )


def test_a_second_daemon_on_the_same_home_is_told_where_a_person_looks(stack: Up) -> None:
    with session_of(stack.settings) as session:

        def told_once_it_beats() -> bool:
            """As a living daemon does, again and again, whatever ours says in between."""
            session.execute(
                "UPDATE dagster.daemon_heartbeats SET daemon_id = 'dagster dev',"
                " timestamp = now() AT TIME ZONE 'UTC' WHERE daemon_type = 'SENSOR'"
            )
            return "warning: another Dagster daemon works on this database" in stack.said

        eventually(told_once_it_beats, "`up` tells of the other daemon")


def test_a_file_that_is_there_already_is_refused(stack: Up, folder: Path) -> None:
    source = folder / "twice.csv"
    source.write_text(LEADS.format(name="twice"))
    assert stack.run("drop", source, "--wait").returncode == 0
    again = stack.run("drop", source)
    assert again.returncode == 1
    assert again.stderr == (
        f"error: twice.csv: the same file is in the bucket already, as {_only(stack, 'twice')}\n"
    )


def test_one_bad_file_among_good_ones_is_told_and_does_not_stop_the_others(
    stack: Up, folder: Path
) -> None:
    good, empty = folder / "good.csv", folder / "empty.csv"
    good.write_text(LEADS.format(name="good"))
    empty.write_text("")
    done = stack.run("drop", empty, folder / "missing.csv", good, "--wait", "--json")
    assert done.returncode == 1
    faults = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert sorted(fault.rpartition(": ")[2] for fault in faults) == [
        "the file is empty, there is nothing to import", "there is no such file",
    ]  # fmt: skip
    assert [told["status"] for told in _documents(done)] == ["completed"]


def test_a_preview_tells_what_an_import_would_do_and_writes_nothing(folder: Path) -> None:
    source = folder / "rejected.csv"
    source.write_text(REJECTED)
    shown = command(folder, "lead-pipeline", "preview", source, "--json", "--rows", "0")
    assert shown.returncode == 3
    (found,) = _documents(shown)
    assert found["counts"]["rows"] == {"contacts": 1, "rejected": 1, "blank": 0}
    assert [row["outcome"] for row in found["rows"]] == ["contacts", "rejected"]
    assert sorted(path.name for path in folder.iterdir()) == ["rejected.csv"]


def test_an_unknown_import_is_a_clear_message(stack: Up) -> None:
    for asked in (["status", "nothing.csv"], ["errors", "999999"]):
        answer = stack.run(*asked)
        assert answer.returncode == 1
        assert answer.stderr.startswith("error: no import is called ")
        assert len(answer.stderr.splitlines()) == 1


def test_a_mistyped_command_is_exit_code_2(folder: Path) -> None:
    for typed in (["drop"], ["status", "--lsat"], ["frobnicate"], ["up", "--port", "many"]):
        assert command(folder, "lead-pipeline", *typed).returncode == 2


def test_a_second_up_says_that_it_already_runs(stack: Up) -> None:
    second = stack.run("up", "--port", "0")
    assert second.returncode == 1
    assert second.stderr == (
        f"error: it already runs: {stack.page_url} (process {stack.process.pid}, {stack.home})\n"
    )


def test_a_taken_port_is_a_clear_message_and_nothing_is_started(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = command(folder, "lead-pipeline", "up", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error: port {port} is taken (Address already in use): "
        "give another with --port or --page-port\n"
    )
    assert not (folder / "postgres").exists()


def test_without_a_stack_a_drop_waits_in_the_bucket_and_the_rest_says_what_to_start(
    folder: Path,
) -> None:
    (folder / "lead-imports").mkdir()
    source = folder / "early.csv"
    source.write_text(LEADS.format(name="early"))
    dropped = command(folder, "lead-pipeline", "drop", source)
    assert dropped.returncode == 0
    assert dropped.stdout.startswith("dropped early_")
    assert "`lead-pipeline up` will import it" in dropped.stderr
    for asked in (["status"], ["errors", "1"], ["drop", str(source), "--wait"]):
        answer = command(folder, "lead-pipeline", *asked)
        assert answer.returncode == 1
        assert "`lead-pipeline up` starts it" in answer.stderr
        assert len(answer.stderr.splitlines()) == 1


def test_a_file_that_could_not_be_dropped_is_not_promised_an_import(folder: Path) -> None:
    refused = command(folder, "lead-pipeline", "drop", folder / "missing.csv")
    assert refused.returncode == 1
    assert refused.stderr == f"error: {folder / 'missing.csv'}: there is no such file\n"


def open_tabs(stack: Up, count: int) -> list[HTTPConnection]:
    """Pages that watch an import which waits for a person: no such stream ends by itself."""
    call = Caller(stack.page_url, {})
    call("PUT", "/api/uploads/watched.csv?hold=true", LEADS.format(name="watched").encode())
    held = eventually(lambda: call("GET", "/api/imports?status=held").json["items"], "it is held")
    tabs = []
    for _ in range(count):
        tabs.append(HTTPConnection(urlsplit(stack.page_url).netloc, timeout=30))
        tabs[-1].request("GET", f"/api/imports/{held[0]['import_id']}/events")
        assert tabs[-1].getresponse().readline().startswith(b"id: ")
    return tabs


def test_ctrl_c_ends_everything_that_was_started(stack: Up) -> None:
    assert {"database", "code-server", "webserver", "daemon"} == {
        name for name in ("database", "code-server", "webserver", "daemon") if stack.part(name)
    }
    with ExitStack() as tabs:
        for tab in open_tabs(stack, 10):
            tabs.callback(tab.close)
        asked = time.monotonic()
        assert stack.stop(signal.SIGINT) == 0
        # A tab that was waited for would take for ever, and a tick of the sensor several seconds.
        assert time.monotonic() - asked < 10
    assert not stack.settings.stop_mark.exists()
    assert stack.said.endswith("stopping ...\n")
    assert "Traceback" not in stack.said


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test runs as an ordinary user already")
def test_an_ordinary_user_needs_nothing_of_root() -> None:
    home = Path(tempfile.mkdtemp(prefix="ordinary-"))  # tmp_path is closed to other users
    try:
        os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
        source = home / "source.csv"
        source.write_text(LEADS.format(name="ordinary"))
        source.chmod(0o644)
        with running_up(home, user=ordinary_user()) as stack:
            ordinary = pwd.getpwnam("nobody").pw_uid
            users = set()
            for process in stack.family():
                with suppress(psutil.NoSuchProcess):  # a run's worker may end at any moment
                    users.add(process.uids().real)
            assert users == {ordinary}
            assert stack.run("drop", source, "--wait").returncode == 0
            assert stack.stop(signal.SIGTERM) == 0
    finally:
        shutil.rmtree(home)


def _documents(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def _only(stack: Up, stem: str) -> str:
    (found,) = (stack.home / "lead-imports").glob(f"{stem}_*")
    return found.name


def test_it_does_not_open_itself_to_others_without_a_token(folder: Path) -> None:
    refused = command(folder, "lead-pipeline", "up", "--port", str(free_port()), "--page-port",
                      str(free_port()), "--host", "0.0.0.0")  # fmt: skip
    assert refused.returncode == 1
    assert "others reach 0.0.0.0, and there is no token: set LEADS_API_TOKEN" in refused.stderr

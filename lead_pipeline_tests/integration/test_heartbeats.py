"""What `up` looks for around it: another daemon on the same database, a bucket that is missing."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import Settings
from lead_pipeline.stack.heartbeats import Rivals, forget_heartbeats, heartbeats, require_no_other
from lead_pipeline.stack.ports import Ports
from lead_pipeline.stack.presence import Presence
from lead_pipeline.stack.up import Stack
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.making import Clock


@pytest.fixture
def url(lead_settings: Settings) -> str:
    """A database in which Dagster has been."""
    with connect(lead_settings.database_url) as session:
        session.execute("CREATE SCHEMA IF NOT EXISTS dagster")
        session.execute(
            "CREATE TABLE dagster.daemon_heartbeats (daemon_type text UNIQUE, daemon_id text,"
            " timestamp timestamp NOT NULL)"
        )
    return lead_settings.database_url


def beat(url: str, daemon: str, process: str, seconds_ago: float = 0.0) -> None:
    """As Dagster writes it: one row for each kind of daemon, in UTC without saying so."""
    with connect(url) as session:
        session.execute(
            "INSERT INTO dagster.daemon_heartbeats VALUES (%s, %s, now() AT TIME ZONE 'UTC' -"
            " make_interval(secs => %s)) ON CONFLICT (daemon_type) DO UPDATE SET"
            " daemon_id = excluded.daemon_id, timestamp = excluded.timestamp",
            [daemon, process, seconds_ago],
        )


def test_where_dagster_has_never_been_there_is_none(lead_settings: Settings) -> None:
    assert heartbeats(lead_settings.database_url) == []
    forget_heartbeats(lead_settings.database_url)
    require_no_other(lead_settings.database_url, pytest.fail)


def test_a_daemon_that_goes_on_is_refused(url: str) -> None:
    beat(url, "SENSOR", "theirs", 20)
    said: list[str] = []
    with pytest.raises(OperatorError, match="another Dagster daemon works on this database: stop"):
        require_no_other(url, said.append, lambda _: beat(url, "SENSOR", "theirs"))
    assert said == ["a Dagster daemon was here 20 s ago: looking whether it still works ..."]


def test_one_that_was_killed_is_waited_for_until_it_is_surely_gone(url: str) -> None:
    beat(url, "SENSOR", "killed", 20)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        beat(url, "SENSOR", "killed", 20 + 10 * len(slept))

    require_no_other(url, lambda _: None, sleep)
    assert len(slept) == 3


def test_one_that_was_stopped_orderly_costs_no_wait(url: str) -> None:
    beat(url, "SENSOR", "ours", 2)
    forget_heartbeats(url)
    require_no_other(url, pytest.fail)


def test_a_second_daemon_is_told_once_and_a_third_again(url: str) -> None:
    clock = Clock(100.0)
    beat(url, "BACKFILL", "of yesterday", 3600)
    rivals = Rivals(url, clock)
    clock.now += 30
    beat(url, "SENSOR", "ours")
    assert not rivals.appeared()
    beat(url, "SCHEDULER", "dagster dev")
    assert rivals.appeared()
    beat(url, "SENSOR", "dagster dev")
    assert not rivals.appeared()
    beat(url, "SENSOR", "another")
    assert rivals.appeared()


def test_a_second_up_on_a_database_is_told_at_once_which_one_works_there(
    lead_settings: Settings, tmp_path: Path
) -> None:
    url, first, second = lead_settings.database_url, Presence(), Presence()
    first.claim(url, lead_settings.home)
    with pytest.raises(OperatorError) as caught:
        second.claim(url, tmp_path / "elsewhere")
    told = str(caught.value)
    assert told.startswith(
        f"another `lead-pipeline up` works on this database (up: process {os.getpid()} on "
        f"{socket.gethostname()}, "
    )
    assert told.endswith("or give one of them a database of its own")
    first.leave()
    second.claim(url, tmp_path / "elsewhere")
    second.leave()


def test_up_tells_of_a_missing_bucket_and_goes_on(lead_settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    Stack(
        replace(lead_settings, bucket_url=str(tmp_path / "share")), Ports(0, 0), said.append
    ).look_around()
    (warning,) = said
    assert warning.startswith("warning: cannot list the bucket: there is no folder ")
    assert warning.endswith("share; make it, mount it, or set LEADS_BUCKET_URL to another")


def test_a_database_that_is_away_for_a_moment_is_no_rival() -> None:
    assert not Rivals("postgresql://leads@127.0.0.1:1/leads").appeared()


def test_the_doctor_tells_of_two_daemons_and_of_none(command: Command, url: str) -> None:
    def told() -> tuple[bool, str]:
        (document,) = command("doctor", "--json").documents
        (daemon,) = (one for one in document["findings"] if one["name"] == "daemon")
        return daemon["fine"], daemon["told"]

    assert told() == (False, "no Dagster daemon works: no file is imported")
    beat(url, "SENSOR", "ours", 10)
    assert told()[0]
    beat(url, "SCHEDULER", "dagster dev")
    assert told() == (False, "two Dagster daemons work on this database")

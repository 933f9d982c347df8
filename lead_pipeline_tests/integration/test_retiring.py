"""`lead-pipeline retire`: Dagster forgets old partitions, and nothing else does."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.retire import Retired, retire
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop, import_object, rows, state
from lead_pipeline_tests.integration.people import change
from lead_pipeline_tests.integration.sensing import newest, put, tick
from lead_pipeline_tests.integration.steps import dump, run_steps
from lead_pipeline_tests.making import csv_file

ENDS = [status for status in Status if status.ended]
OPEN = [status for status in Status if not status.ended]


def completed(site: Site, instance: dg.DagsterInstance, name: str = "ann") -> Import:
    """An import that the sensor saw, and that ended just now."""
    put(site, f"Acme/{name}.csv", f"{name}@example.com", "nobody")
    tick(site, instance)
    assert import_object(site, newest(site), instance=instance).success
    return newest(site)


def age(site: Site, import_: Import, days: float) -> None:
    """Let the import have happened earlier."""
    earlier = f"- interval '{days * 24} hours'"
    change(site, f"""UPDATE lead_sources SET seen_at = seen_at {earlier},
           completed_at = completed_at {earlier}, undone_at = undone_at {earlier}
           WHERE import_id = {import_.import_id}""")  # fmt: skip


def known(instance: dg.DagsterInstance) -> Sequence[str]:
    return instance.get_dynamic_partitions("imports")


def test_the_partitions_of_old_imports_go_and_those_of_newer_ones_stay(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    old, newer = (completed(site, stored_instance, name) for name in ("ann", "bo"))
    age(site, old, 31)
    age(site, newer, 29)
    said = command("retire", "--older-than", 30)
    assert (said.code, said.out) == (0, "1 partition retired, 1 kept\n")
    assert known(stored_instance) == [newer.partition_key]


def test_ledger_archive_and_leads_stay_as_they_are(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    age(site, completed(site, stored_instance), 31)
    before = dump(site)
    assert command("retire", "--older-than", 30).code == 0
    assert known(stored_instance) == []
    assert dump(site) == before


def test_a_dry_run_counts_and_keeps_all(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    age(site, completed(site, stored_instance), 31)
    said = command("retire", "--older-than", 30, "--dry-run")
    assert said.out == "1 partition would be retired, 0 kept\n"
    (document,) = command("retire", "--older-than", 30, "--dry-run", "--json").documents
    before = datetime.fromisoformat(document.pop("ended_before"))
    assert timedelta(days=30) < datetime.now(UTC) - before < timedelta(days=31)
    assert document == {"retired": 1, "kept": 0, "dry_run": True}
    assert len(known(stored_instance)) == 1


@pytest.mark.parametrize("status", [*OPEN, *ENDS])
def test_only_what_has_ended_is_retired_and_no_tick_brings_it_back(
    site: Site, stored_instance: dg.DagsterInstance, command: Command, status: Status
) -> None:
    import_ = completed(site, stored_instance)
    ended = f"now() - interval '90 days', status = '{status}'"
    change(site, f"UPDATE lead_sources SET completed_at = {ended}, archived_at = NULL")
    assert command("retire", "--older-than", 30).code == 0
    assert (known(stored_instance) == []) is status.ended
    tick(site, stored_instance)
    assert (known(stored_instance) == []) is status.ended
    assert state(site, import_).status is status


def test_a_partition_counts_from_the_last_end_of_all_its_imports(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    undone = completed(site, stored_instance)
    age(site, undone, 90)
    assert command("undo", undone.import_id, "--yes").code == 0
    assert command("retire", "--older-than", 30).out == "0 partitions retired, 1 kept\n"
    age(site, undone, 31)
    again = drop(site, undone.object_key, csv_file(["Email"], [["ann@example.com"], ["nobody"]]))
    assert again.partition_key == undone.partition_key
    assert command("retire", "--older-than", 30).out == "0 partitions retired, 1 kept\n"
    age(site, run_steps(site, again), 31)
    assert command("retire", "--older-than", 30).out == "1 partition retired, 0 kept\n"


def test_a_partition_that_the_ledger_does_not_know_is_kept(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    stored_instance.add_dynamic_partitions("imports", ["made by hand"])
    assert command("retire", "--older-than", 1).out == "0 partitions retired, 1 kept\n"


def test_the_other_commands_know_a_retired_import_as_before(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    import_ = completed(site, stored_instance)
    age(site, import_, 31)
    asked = [("status", import_.partition_key, "--json"), ("explain", "ann@example.com", "--json"),
             ("errors", import_.import_id)]  # fmt: skip
    before = [command(*words).out for words in asked]
    assert all(before)
    assert command("retire", "--older-than", 30).code == 0
    assert [command(*words).out for words in asked] == before
    assert command("undo", import_.import_id, "--yes").code == 0
    assert rows(site, "SELECT * FROM leads_master") == []


def test_a_file_that_is_imported_again_after_an_undo_gets_its_partition_back(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    import_ = completed(site, stored_instance)
    age(site, import_, 31)
    assert command("retire", "--older-than", 30).code == 0
    assert command("undo", import_.import_id, "--yes").code == 0
    drop(site, import_.object_key, csv_file(["Email"], [["ann@example.com"], ["nobody"]]))
    (request,) = tick(site, stored_instance)
    assert known(stored_instance) == [request.partition_key] == [import_.partition_key]


def test_a_retired_import_is_restored_to_be_materialized_by_hand(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    put(site, "Acme/leads.csv", "ann@example.com")
    (request,) = tick(site, stored_instance)
    change(site, "UPDATE lead_sources SET status = 'failed',"
                 " completed_at = now() - interval '31 days'")  # fmt: skip
    assert command("retire", "--older-than", 30).code == 0
    said = command("retire", "--restore", "leads.csv")
    assert (said.code, said.out) == (0, f"{request.partition_key} can be materialized again\n")
    (document,) = command("retire", "--restore", 1, "--json").documents
    assert document == {"import_id": 1, "partition_key": request.partition_key}
    assert known(stored_instance) == [request.partition_key]
    assert import_object(site, newest(site), instance=stored_instance).success
    assert newest(site).status is Status.COMPLETED
    assert command("retire", "--older-than", 30).out == "0 partitions retired, 1 kept\n"


def test_a_duplicate_that_never_had_a_partition_has_none_to_restore(
    site: Site, stored_instance: dg.DagsterInstance, command: Command
) -> None:
    for key in ("first.csv", "again.csv"):
        put(site, key, "ann@example.com")
        tick(site, stored_instance)
    said = command("retire", "--restore", "again.csv")
    assert (said.code, said.out) == (1, "")
    assert "error: import 2 has no partition: the same bytes as import 1 (first.csv)" in said.err


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "give either --older-than or --restore"),
        (["--older-than", 30, "--restore", 1], "give either --older-than or --restore"),
        (["--restore", 1, "--dry-run"], "--dry-run goes with --older-than"),
        (["--older-than", 0], "0 is not in the range 1<=x<="),
    ],
)
def test_what_makes_no_sense_is_refused(command: Command, words: list[object], fault: str) -> None:
    said = command("retire", *words)
    assert (said.code, fault in said.err) == (2, True)


class Keys:
    """Partitions without Dagster."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.largest = 0

    def portions(self, size: int) -> Iterator[Sequence[str]]:
        for start in range(0, len(everything := [*self.keys]), size):
            self.largest = max(self.largest, len(portion := everything[start : start + size]))
            yield portion

    def remove(self, keys: Sequence[str]) -> None:
        self.keys = sorted({*self.keys} - {*keys})

    def add(self, key: str) -> None:
        self.keys.append(key)


def test_many_are_retired_in_portions_and_one_that_was_stopped_goes_on_where_it_was(
    site: Site,
) -> None:
    change(site, """
        INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,
                                  original_filename, hash, status, completed_at)
        SELECT 'old_' || n, n, n, 1, now(), n, n, 'completed', now() - interval '1 year'
        FROM generate_series(1, 2500) AS n""")  # fmt: skip
    partitions = Keys([f"old_{n}" for n in range(1, 2501)])
    before = datetime.now(UTC)
    with connect(site.settings.database_url) as session:
        assert next(retire(session, partitions, before)) == Retired(1000)
        assert len(partitions.keys) == 1500
        assert [*retire(session, partitions, before)] == [Retired(1000), Retired(1500)]
    assert (partitions.keys, partitions.largest) == ([], 1000)

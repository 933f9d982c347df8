"""The order of day and month: stated, proved or guessed, the same for an import and a dry run."""

from dataclasses import replace
from pathlib import Path

import pytest

from lead_pipeline.choices.reading import Choices, choices_for, settle_reading
from lead_pipeline.database import connect
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

DATED = csv_file(["Email", "last_sales_date"], [["ann@example.com", "03/04/2024"]])


@pytest.mark.parametrize(
    ("setting", "choice", "day", "by"),
    [
        (None, None, "2024-03-04", "default"),
        ("day", None, "2024-04-03", "setting"),
        ("day", "month", "2024-03-04", "choice"),
    ],
)
def test_the_order_of_dates_holds_for_the_import_as_for_the_dry_run(
    site: Site,
    tmp_path: Path,
    setting: str | None,
    choice: str | None,
    day: str,
    by: str,
) -> None:
    there = Site(replace(site.settings, date_order=setting), site.bucket)
    with connect(there.settings.database_url, autocommit=True) as session:
        if choice:
            settle_reading(session, "supplier", "Acme", Choices(date_order=choice))
        settled = choices_for(session, None, "Acme")
    done = run_steps(there, drop(there, "Acme/list.csv", DATED))
    (lead,) = rows(there, f"SELECT * FROM archive.{done.archive_table}")
    assert str(lead["last_sales_date"]) == day
    assert [c["order_by"] for c in done.columns or []] == [None, by]
    assert [problem["code"] for problem in (done.layout or {})["problems"]] == ["date_order"]

    path = tmp_path / "list.csv"
    path.write_bytes(DATED)
    dry = DryRun(path, there.settings, settled)
    assert dry.head["columns"] == done.columns
    assert list(dry.head["file"]["problems"]) == (done.layout or {})["problems"]
    (row,) = dry.rows(None)
    assert str(row["contacts"][0]["lead"]["last_sales_date"]) == day

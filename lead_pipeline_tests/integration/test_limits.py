"""What one file may take: rows that cannot be read, their cells, and the room on the disk."""

from dataclasses import replace
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import BadFile, OutsideTrouble
from lead_pipeline.explain.outcome_rows import Outcome, outcome_rows
from lead_pipeline.imports import survey
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rejected_rows import error_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.settings.limits import Limits
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps

HEADER = "Full Name,Email,Phone\n"
GOOD = "".join(f"Ann Lee,ann{n}@example.com,\n" for n in range(10))
# Of each kind: what the reader rejects, and rows in which nobody can be called.
# The top of the file tells how it is built: broken rows begin below it.
LONG = "".join(f"Ann Lee,ann{n}@example.com,\n" for n in range(400))
BROKEN = ["a" + ",b" * (3 + n % 4) + "\n" for n in range(9000)]
BAD = "a,b,c,d,e\nBo Ek,,12\nNobody,,\n" * 3


LIST = (HEADER + GOOD + BAD).encode()


def limited(site: Site, **limits: int) -> Site:
    return replace(site, settings=replace(site.settings, limits=Limits(**limits)))


def kept(site: Site) -> list[tuple[int, bool]]:
    """Each rejected row, and whether what stands in it is in the database."""
    found = rows(site, "SELECT row_number, raw IS NOT NULL AS kept FROM rejected_leads ORDER BY 1")
    return [(row["row_number"], row["kept"]) for row in found]


def errors_of(site: Site, import_: Import) -> list[list[object]]:
    with connect(site.settings.database_url) as session:
        return list(error_rows(site, session, import_)[1])


def test_beyond_a_limit_rejected_rows_keep_number_and_reason_and_are_read_again(site: Site) -> None:
    done = run_steps(limited(site, kept_rejected_rows=4), drop(site, "few.csv", LIST))
    few = errors_of(site, done)
    assert [row for row, there in kept(site) if there] == [12, 13, 15, 18]
    assert (done.status, done.rows_rejected, len(kept(site))) == (Status.COMPLETED, 9, 9)
    assert [row[3] for row in few] == [*range(12, 21)]
    assert few[3][:3] == ["a", "b", "c"]
    assert few[3][6:] == ["d", "e"]
    assert few[7][:3] == ["Bo Ek", None, "12"]
    everything = run_steps(site, drop(site, "all.csv", LIST + b"x,y,z,1\n"))
    assert errors_of(site, everything)[:9] == few


def test_a_page_of_rejected_rows_has_their_cells_wherever_they_are(site: Site) -> None:
    done = run_steps(limited(site, kept_rejected_rows=0), drop(site, "l.csv", LIST))
    with connect(site.settings.database_url) as session:
        page = outcome_rows(site, session, done, Outcome.REJECTED, 12, 3)
    assert [row["cells"] for row in page.rows] == [
        ["Bo Ek", None, "12"], ["Nobody", None, None], ["a", "b", "c", "d", "e"],
    ]  # fmt: skip


def test_where_the_file_is_gone_the_reason_says_that_the_cells_are(site: Site) -> None:
    done = run_steps(limited(site, kept_rejected_rows=1), drop(site, "l.csv", LIST))
    Path(site.settings.bucket_url, "l.csv").unlink()
    first, second, *_ = errors_of(site, done)
    assert first[:3] == ["a", "b", "c"]
    assert second[:3] == [None, None, None]
    assert "its cells are not to be had: the object is gone from the bucket" in str(second[5])


@pytest.fixture
def judged_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is judged by its first 7,000 rows, so that it can be a small one."""
    monkeypatch.setattr(survey, "_JUDGED_AT", 7000)


@pytest.mark.usefixtures("judged_early")
def test_a_file_that_is_no_list_is_rejected_before_it_fills_the_disk(
    site: Site, tmp_path: Path
) -> None:
    broken = (HEADER + LONG + "".join(BROKEN)).encode()
    done = run_steps(site, drop(site, "broken.csv", broken))
    assert (done.status, done.error_code) == (Status.REJECTED, "mostly_unreadable")
    assert "rows cannot be read" in (done.error or "")
    assert kept(site) == []
    path = tmp_path / "broken.csv"
    path.write_bytes(broken)
    with pytest.raises(BadFile, match="rows cannot be read"):
        DryRun(path, site.settings)
    allowed = run_steps(
        limited(site, max_unreadable_percent=100), drop(site, "b.csv", broken + b"\n")
    )
    assert (allowed.status, allowed.rows_rejected) == (Status.COMPLETED, 9000)


@pytest.mark.usefixtures("judged_early")
def test_a_list_with_some_broken_rows_is_none_of_these(site: Site) -> None:
    rows_of = HEADER + LONG + "".join(BROKEN[:7000])
    assert run_steps(site, drop(site, "list.csv", rows_of.encode())).rows_rejected == 7000


@pytest.mark.parametrize("at", range(3))
def test_without_room_on_the_disk_nothing_is_loaded_and_it_goes_on_later(
    site: Site, at: int
) -> None:
    import_ = run_steps(site, drop(site, "l.csv", (HEADER + GOOD).encode()), STEPS[:at])
    full = limited(site, min_free_mb=10**9)
    with pytest.raises(OutsideTrouble, match="MB free, and imports leave 1,000,000,000 MB"):
        run_steps(full, import_, STEPS[at : at + 1])
    assert state(site, import_).error_code == "outside_trouble"
    assert run_steps(site, import_, STEPS[at:]).status is Status.COMPLETED

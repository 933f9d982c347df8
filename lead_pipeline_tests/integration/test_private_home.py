"""LEADS_HOME is for its user alone, with all that is ever written into it."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings.home import keep_private, make_home
from lead_pipeline_tests.integration.stack import ended_import, running_up, session_of

LEADS = "Full Name,E-mail,Phone\nAda Example,ada@example.com,\nNobody At All,,\n"


def open_to_others(home: Path) -> Iterator[str]:
    """What others could read, write or enter if they came so far; links have no rights."""
    for path in (home, *home.rglob("*")):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & 0o077:
            yield f"{path.relative_to(home)} {mode:o}"


def test_a_real_up_closes_a_home_and_leaves_nothing_open(tmp_path: Path) -> None:
    home = tmp_path / "home"
    old = home / "logs" / "daemon.log"
    old.parent.mkdir(parents=True)
    old.write_text("of an older release\n")
    assert [*open_to_others(home)] != []

    with running_up(home, "--demo") as stack:
        source = stack.home / "list.csv"
        source.write_text(LEADS)
        source.chmod(0o600)
        assert stack.run("drop", source, "--supplier", "Acme", "--wait").returncode == 3
        assert stack.run("errors", "list.csv", "-o", home / "rejected.csv").returncode == 0
        with session_of(stack.settings) as session:
            for row in session.execute("SELECT object_key FROM lead_sources").fetchall():
                assert ended_import(session, row["object_key"])["status"] == "completed"
        assert [*open_to_others(home)] == []

    said = f"{home} was open to others: it is closed to them, with all that it holds\n"
    assert stack.said.startswith(said)
    assert [*open_to_others(home)] == []
    assert {path.name for path in home.iterdir()} >= {
        "postgres", "logs", "dagster", "lead-imports", "rejected.csv"
    }  # fmt: skip


def test_a_home_that_is_closed_is_not_told_of(tmp_path: Path) -> None:
    said: list[str] = []
    make_home(tmp_path / "home", said.append)
    make_home(tmp_path / "home", said.append)
    assert said == []
    assert [*open_to_others(tmp_path / "home")] == []


def test_a_link_in_the_home_leads_to_nothing_that_is_closed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "share"
    elsewhere.mkdir(mode=0o755)
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "lead-imports").symlink_to(elsewhere)
    make_home(home, lambda _: None)
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


@pytest.mark.parametrize(("folder", "file", "below"), [(0o755, 0o644, 0o755), (0o700, 0o600, 0o700),
                                                       (0o750, 0o640, 0o750)])  # fmt: skip
def test_a_bucket_folder_elsewhere_stays_as_it_is_and_gives_its_files_to_its_readers(
    tmp_path: Path, folder: int, file: int, below: int
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    share.chmod(folder)
    source = tmp_path / "list.csv"
    source.write_text(LEADS)
    keep_private()
    FolderBucket(share).put(source, "Acme/June/list.csv")
    modes = [stat.S_IMODE((share / name).stat().st_mode)
             for name in (".", "Acme", "Acme/June", "Acme/June/list.csv")]  # fmt: skip
    assert modes == [folder, below, below, file]


@pytest.mark.parametrize("home", ["/proc/lead-pipeline", "/dev/null/lead-pipeline"])
def test_a_home_that_cannot_be_written_is_told_in_one_sentence(home: str) -> None:
    with pytest.raises(OperatorError, match=f"^LEADS_HOME {home} cannot be used") as error:
        make_home(Path(home), lambda _: None)
    assert "\n" not in str(error.value)

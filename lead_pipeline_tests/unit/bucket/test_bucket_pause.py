"""A folder says how long to leave it alone: looking costs little, and new files do not wait."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lead_pipeline.bucket import FolderBucket, Listing
from lead_pipeline.bucket import folder as folder_module
from lead_pipeline_tests.making import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(4e9)


@pytest.fixture
def takes(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], None]:
    """Lets a function of the module take some seconds each time."""

    def make_slow(name: str, seconds: float) -> None:
        quick = getattr(folder_module, name)

        def slow(*arguments: object) -> object:
            clock.now += seconds
            return quick(*arguments)

        monkeypatch.setattr(folder_module, name, slow)

    return make_slow


def test_the_longer_a_look_takes_the_longer_is_the_pause_after_it(
    tmp_path: Path, clock: Clock, takes: Callable[[str, float], None]
) -> None:
    bucket = FolderBucket(tmp_path, clock=clock)
    bucket.list()
    assert bucket.pause == 0
    (tmp_path / "leads.csv").touch()
    bucket.list()
    takes("signature_of", 1.5)
    bucket.list()
    assert bucket.pause == 6


def test_what_is_learned_once_and_remembered_makes_no_pause(
    tmp_path: Path, clock: Clock, takes: Callable[[str, float], None]
) -> None:
    def recall(_keys: list[str]) -> Listing:
        clock.now += 10
        return []

    bucket = FolderBucket(tmp_path, clock=clock, recall=recall)
    (tmp_path / "leads.csv").touch()
    takes("is_being_written", 10)
    assert len(bucket.list()) == 1
    assert bucket.pause == 0


def test_a_file_that_is_read_at_every_look_makes_a_pause(
    tmp_path: Path, clock: Clock, takes: Callable[[str, float], None]
) -> None:
    bucket = FolderBucket(tmp_path, clock=clock)
    (tmp_path / "leads.csv").touch()
    takes("is_being_written", 2)
    with (tmp_path / "leads.csv").open("ab"):
        assert bucket.list() == []
    assert bucket.pause == 8

"""What is new in a bucket: entered once, asked about once, and found again after it was lost."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lead_pipeline import ledger
from lead_pipeline.bucket import BucketObject, FolderBucket, Listing
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.intake import arrivals as arrivals_module
from lead_pipeline.intake.arrivals import Arrivals
from lead_pipeline.ledger import Status
from lead_pipeline.settings import Settings
from lead_pipeline_tests.making import Clock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class StatedBucket(FolderBucket):
    """Lists what the test states, and asks for a pause."""

    def __init__(self) -> None:
        self.listing: Listing = []
        self.pause = 0.0
        self.listed = 0

    def list(self) -> Listing:
        self.listed += 1
        return self.listing


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def bucket() -> StatedBucket:
    return StatedBucket()


@pytest.fixture
def arrivals(bucket: StatedBucket, clock: Clock) -> Arrivals:
    return Arrivals(bucket, clock)


@pytest.fixture
def session(lead_settings: Settings) -> Iterator[Connection]:
    with connect(lead_settings.database_url, autocommit=True) as session:
        yield session


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The keys that the ledger is asked about, look by look."""
    asked: list[list[str]] = []
    unknown_versions = ledger.unknown_versions

    def noting(session: Connection, objects: Listing) -> Listing:
        asked.append([found.key for found in objects])
        return unknown_versions(session, objects)

    monkeypatch.setattr(arrivals_module.ledger, "unknown_versions", noting)
    return asked


def an_object(key: str) -> BucketObject:
    return BucketObject(key, f"tag of {key}", 100, NOON)


def entered(arrivals: Arrivals, session: Connection) -> list[str]:
    return [import_.object_key for import_ in arrivals.enter(session)]


def test_what_is_listed_is_entered_once_and_asked_about_once(
    arrivals: Arrivals, bucket: StatedBucket, session: Connection, asked: list[list[str]]
) -> None:
    bucket.listing = [an_object("a.csv"), an_object("b.csv")]
    assert entered(arrivals, session) == ["a.csv", "b.csv"]
    assert entered(arrivals, session) == []
    bucket.listing = [*bucket.listing, an_object("c.csv")]
    assert entered(arrivals, session) == ["c.csv"]
    assert asked == [["a.csv", "b.csv"], ["c.csv"]]


def test_what_an_earlier_process_entered_is_not_entered_again(
    bucket: StatedBucket, session: Connection
) -> None:
    bucket.listing = [an_object("a.csv")]
    assert entered(Arrivals(bucket), session) == ["a.csv"]
    assert entered(Arrivals(bucket), session) == []


@pytest.mark.parametrize("seen_gone", [True, False], ids=["seen gone", "between two looks"])
def test_a_version_that_went_and_came_back_is_entered_again(
    arrivals: Arrivals, bucket: StatedBucket, clock: Clock, session: Connection, seen_gone: bool
) -> None:
    bucket.listing = [an_object("a.csv")]
    (import_,) = arrivals.enter(session)
    ledger.end(session, import_.import_id, Status.FAILED, "object_gone", "for the test")
    if seen_gone:
        bucket.listing = []
        assert entered(arrivals, session) == []
        bucket.listing = [an_object("a.csv")]
    else:
        clock.now += 61
    (again,) = arrivals.enter(session)
    assert (again.import_id, again.attempt) == (import_.import_id, 2)


def test_what_could_not_be_entered_is_entered_by_the_next_look(
    arrivals: Arrivals, bucket: StatedBucket, lead_settings: Settings
) -> None:
    bucket.listing = [an_object("a.csv")]
    with (  # noqa: PT012 - the session ends somewhere in there
        pytest.raises(OutsideTrouble),
        connect(lead_settings.database_url, autocommit=True) as lost,
    ):
        with connect(lead_settings.database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [lost.info.backend_pid])
        arrivals.enter(lost)
    with connect(lead_settings.database_url, autocommit=True) as session:
        assert entered(arrivals, session) == ["a.csv"]


def test_many_are_entered_in_portions_of_one_listing(
    arrivals: Arrivals,
    bucket: StatedBucket,
    session: Connection,
    asked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrivals_module, "_PORTION", 2)
    bucket.listing = [an_object(key) for key in "abcde"]
    looks = [entered(arrivals, session) for _ in range(4)]
    assert looks == [["a", "b"], ["c", "d"], ["e"], []]
    assert bucket.listed == 2
    assert asked == [[*"abcde"]]


def test_a_bucket_is_not_listed_before_its_pause_is_over(
    arrivals: Arrivals, bucket: StatedBucket, clock: Clock, session: Connection
) -> None:
    bucket.pause = 5
    arrivals.enter(session)
    bucket.listing = [an_object("a.csv")]
    clock.now += 4.9
    assert (entered(arrivals, session), bucket.listed) == ([], 1)
    clock.now += 0.2
    assert (entered(arrivals, session), bucket.listed) == (["a.csv"], 2)

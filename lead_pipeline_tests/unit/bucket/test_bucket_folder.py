"""A folder as the bucket: what is listed, and when."""

import errno
import fcntl
import hashlib
import os
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import pytest

from lead_pipeline.bucket import BucketObject, FolderBucket
from lead_pipeline.bucket import folder as folder_module
from lead_pipeline.bucket.model import KEY_BYTES
from lead_pipeline.errors import ObjectChanged, OperatorError, OutsideTrouble
from lead_pipeline_tests.making import Clock

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lead-imports").mkdir()
    return tmp_path / "lead-imports"


@pytest.fixture
def bucket(root: Path, clock: Clock) -> FolderBucket:
    return FolderBucket(root, clock=clock)


def write(path: Path, text: str = "name\nAda\n", *, changed: float = NOON - 60) -> Path:
    """A file that was last changed at `changed`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (changed, changed))
    return path


def keys(bucket: FolderBucket) -> list[str]:
    return [found.key for found in bucket.list()]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# What is listed


def test_a_listing_tells_key_content_size_and_time(bucket: FolderBucket, root: Path) -> None:
    write(root / "Acme Leads" / "märz 日本.csv", "name\n", changed=NOON - 60)
    (found,) = bucket.list()
    assert found.key == "Acme Leads/märz 日本.csv"
    assert found.tag == sha256("name\n")
    assert found.size == 5
    assert found.modified == datetime(2026, 5, 1, 11, 59, tzinfo=UTC)


def test_the_oldest_is_first_and_the_key_decides_among_equals(
    bucket: FolderBucket, root: Path
) -> None:
    for name, changed in [("c", NOON - 9), ("b", NOON - 5), ("a", NOON - 5), ("d", NOON - 7)]:
        write(root / name, changed=changed)
    assert keys(bucket) == ["c", "d", "a", "b"]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.csv",
        ".hidden/leads.csv",
        "Acme/.sync/leads.csv",
        "leads.csv.part",
        "leads.csv.CRDOWNLOAD",
        "leads.csv.filepart",
        "leads.tmp",
        "~$leads.xlsx",
        "leads.csv~",
        "Acme/Thumbs.db",
    ],
)
def test_hidden_and_unfinished_files_are_left_alone(
    bucket: FolderBucket, root: Path, name: str
) -> None:
    write(root / name)
    assert bucket.list() == []
    with pytest.raises(OperatorError, match="left alone"):
        bucket.put(write(root.parent / "source.csv"), name)


@pytest.mark.parametrize("name", ["leads.temp.csv", "tmp/leads.csv", "part.csv", "a~b.csv", "a.b"])
def test_a_name_that_only_looks_like_them_is_listed(
    bucket: FolderBucket, root: Path, name: str
) -> None:
    write(root / name)
    assert keys(bucket) == [name]


def test_a_missing_folder_is_trouble_and_not_an_empty_bucket(tmp_path: Path) -> None:
    with pytest.raises(OutsideTrouble, match=r"there is no folder .*nowhere; make it"):
        FolderBucket(tmp_path / "nowhere").list()
    with pytest.raises(OutsideTrouble, match=r"check that .* exists"):
        FolderBucket(tmp_path / "nowhere").put(write(tmp_path / "leads.csv"), "leads.csv")
    assert not (tmp_path / "nowhere").exists()


def test_links_are_not_followed_and_the_log_says_so_once(
    bucket: FolderBucket, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outside = write(root.parent / "secret" / "leads.csv")
    (root / "file.csv").symlink_to(outside)
    (root / "Acme").symlink_to(outside.parent)
    assert bucket.list() == bucket.list() == []
    assert sorted(caplog.messages) == [
        "left alone in the bucket: 'Acme': it is a link, and links are not followed",
        "left alone in the bucket: 'file.csv': it is a link, and links are not followed",
    ]


def test_a_name_that_cannot_be_used_is_told_with_its_fault_and_written_with_escapes(
    bucket: FolderBucket, root: Path
) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.csv")).write_text("name\n")
    write(root / "back\\slash.csv")
    write(root / "good.csv")
    deep = root.joinpath(*["folder " * 30] * 5)
    write(deep / "list.csv")
    faults = {found.key: found.fault for found in bucket.list()}
    (long,) = (key for key in faults if key.startswith("folder"))
    why = "the name of the object cannot be used: {}; rename it in the bucket"
    assert faults == {
        "good.csv": None,
        "back\\slash.csv": why.format("it holds a backslash or a NUL"),
        "caf\\udce9.csv": why.format("its name is not valid UTF-8"),
        long: why.format("it is longer than 1,024 bytes"),
    }
    assert len(long.encode()) <= KEY_BYTES


def test_a_bucket_that_goes_away_before_a_file_is_read_is_trouble_and_no_missing_file(
    bucket: FolderBucket, root: Path, tmp_path: Path
) -> None:
    write(root / "leads.csv")
    (found,) = bucket.list()
    root.rename(root.with_name("elsewhere"))
    with pytest.raises(OutsideTrouble, match="there is no folder") as caught:
        bucket.fetch(found.key, found.tag, tmp_path / "copy.csv")
    assert not isinstance(caught.value, ObjectChanged)


def test_what_is_no_file_is_not_listed(bucket: FolderBucket, root: Path) -> None:
    os.mkfifo(root / "pipe.csv")
    (root / "folder.csv").mkdir()
    assert bucket.list() == []


def test_one_unreadable_file_does_not_hide_the_others(
    bucket: FolderBucket,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(root / "closed.csv")
    write(root / "good.csv")
    really_open = os.open

    def refuse(path: str, flags: int, *rest: int, **named: int) -> int:
        if str(path).endswith("closed.csv"):  # permissions would not stop a test run by root
            raise PermissionError(errno.EACCES, "Permission denied")
        return really_open(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", refuse)
    assert keys(bucket) == keys(bucket) == ["good.csv"]
    assert len(caplog.messages) == 1


def test_a_time_that_no_calendar_knows_does_not_hide_the_others(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "good.csv")
    try:
        write(root / "odd.csv", changed=1e15)
    except OSError:
        pytest.skip("this file system knows no such times")
    assert "good.csv" in keys(bucket)


def test_each_content_is_read_once(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "a.csv")
    write(root / "b.csv")
    first = bucket.list()
    monkeypatch.setattr(folder_module, "open_to_read", None)
    assert bucket.list() == first


def test_what_an_earlier_process_knew_is_not_read_again(
    bucket: FolderBucket, root: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("same.csv", "longer.csv", "later.csv"):
        write(root / name)
    known = bucket.list()
    write(root / "longer.csv", "name\nAda\nBen\n")
    write(root / "later.csv", "name\nBen\n", changed=NOON - 30)
    write(root / "new.csv")
    read = opened_files(monkeypatch)
    asked: list[list[str]] = []

    def recall(keys: list[str]) -> list[BucketObject]:
        asked.append(sorted(keys))
        return known

    restarted = FolderBucket(root, clock=clock, recall=recall)
    found = {listed.key: listed for listed in restarted.list()}
    assert sorted(read) == ["later.csv", "longer.csv", "new.csv"]
    assert found["same.csv"] in known
    assert found["later.csv"].tag == sha256("name\nBen\n")
    restarted.list()
    assert asked == [["later.csv", "longer.csv", "new.csv", "same.csv"]]


def test_a_memory_that_does_not_answer_is_asked_again(root: Path, clock: Clock) -> None:
    known = [BucketObject("leads.csv", "the tag", 9, datetime.fromtimestamp(NOON - 60, UTC))]
    answers = iter([OutsideTrouble("the database does not answer"), known])

    def recall(_keys: list[str]) -> list[BucketObject]:
        answer = next(answers)
        if isinstance(answer, OutsideTrouble):
            raise answer
        return answer

    bucket = FolderBucket(root, clock=clock, recall=recall)
    write(root / "leads.csv")
    with pytest.raises(OutsideTrouble, match="does not answer"):
        bucket.list()
    assert bucket.list() == known


def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose content is looked at from now on."""
    opened: list[str] = []
    open_file = folder_module.open_to_read

    def noting(path: str | Path) -> BufferedReader:
        opened.append(Path(path).name)
        return open_file(path)

    monkeypatch.setattr(folder_module, "open_to_read", noting)
    return opened


def test_a_replaced_file_is_a_new_version_even_with_size_and_time_of_the_old_one(
    bucket: FolderBucket, root: Path
) -> None:
    write(root / "leads.csv", "name\nAda\n")
    (old,) = bucket.list()
    write(root.parent / "new.csv", "name\nEve\n").replace(root / "leads.csv")
    (new,) = bucket.list()
    assert (new.key, new.size, new.modified) == (old.key, old.size, old.modified)
    assert new.tag != old.tag


def test_a_deleted_file_is_listed_no_more(bucket: FolderBucket, root: Path) -> None:
    path = write(root / "leads.csv")
    assert keys(bucket) == ["leads.csv"]
    path.unlink()
    assert keys(bucket) == []


# When it is listed


def test_a_file_is_listed_once_it_has_been_quiet(
    bucket: FolderBucket, root: Path, clock: Clock
) -> None:
    write(root / "leads.csv", changed=NOON)
    assert keys(bucket) == []
    clock.now = NOON + 0.9
    assert keys(bucket) == []
    clock.now = NOON + 1
    assert keys(bucket) == ["leads.csv"]


def test_a_growing_file_is_listed_when_all_of_it_is_there(
    bucket: FolderBucket, root: Path, clock: Clock
) -> None:
    for second, text in enumerate(["na", "name\nA", "name\nAda\n"]):
        write(root / "leads.csv", text, changed=NOON + second)
        clock.now = NOON + second + 0.5
        assert keys(bucket) == []
    clock.now += 1
    (found,) = bucket.list()
    assert found.tag == sha256("name\nAda\n")


def test_a_file_dated_in_the_future_is_listed_all_the_same(
    bucket: FolderBucket, root: Path
) -> None:
    write(root / "leads.csv", changed=NOON + 86_400)
    assert keys(bucket) == ["leads.csv"]


def test_a_file_that_somebody_has_open_for_writing_is_not_listed(
    bucket: FolderBucket, root: Path, clock: Clock
) -> None:
    path = write(root / "leads.csv", "name\n")
    with path.open("a") as writer:
        writer.write("Ada\n")
        writer.flush()
        clock.now += 10**9
        assert keys(bucket) == []
    (found,) = bucket.list()
    assert found.tag == sha256("name\nAda\n")


def test_a_reader_does_not_hide_a_file(bucket: FolderBucket, root: Path) -> None:
    with write(root / "leads.csv").open() as reader:
        assert keys(bucket) == ["leads.csv"]
        assert reader.read() == "name\nAda\n"


def test_a_writer_that_comes_while_we_look_does_not_end_the_process(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(root / "leads.csv")
    really_ask = fcntl.fcntl
    refused = []

    def ask(file: BinaryIO, command: int, argument: int) -> int:
        if (command, argument) == (fcntl.F_SETLEASE, fcntl.F_UNLCK):
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            except BlockingIOError:  # and the kernel has sent us the signal of a broken lease
                refused.append(path)
        return really_ask(file, command, argument)

    monkeypatch.setattr(fcntl, "fcntl", ask)
    assert keys(bucket) == ["leads.csv"]
    assert refused == [path]


def test_without_leases_the_quiet_time_decides(
    bucket: FolderBucket, root: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_leases(*_: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(fcntl, "fcntl", no_leases)
    write(root / "leads.csv", changed=NOON)
    assert keys(bucket) == []
    clock.now = NOON + 1
    assert keys(bucket) == ["leads.csv"]


def test_a_name_that_ends_in_the_hash_of_the_content_needs_no_wait(
    bucket: FolderBucket, root: Path
) -> None:
    text = "name\nAda\n"
    proven = f"leads_{sha256(text)[:12]}.csv"
    write(root / proven, text, changed=NOON)
    write(root / f"other_{sha256(text)[:12]}.csv", "name\nA", changed=NOON)
    assert keys(bucket) == [proven]


def test_a_file_that_changes_while_it_is_hashed_waits_for_the_next_listing(
    bucket: FolderBucket, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(root / "leads.csv")
    digest = hashlib.file_digest

    def changed_meanwhile(*arguments: object) -> object:
        write(path, "name\nAda\nEve\n")
        return digest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", changed_meanwhile)
    assert keys(bucket) == []
    monkeypatch.undo()
    (found,) = bucket.list()
    assert found.tag == sha256("name\nAda\nEve\n")


def test_a_file_has_a_uri_that_other_programs_take(root: Path) -> None:
    bucket = FolderBucket(root)
    assert bucket.uri("Acme Leads/50% off ü.csv") == (
        f"file://{root}/Acme%20Leads/50%25%20off%20%C3%BC.csv"
    )

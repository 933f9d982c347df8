"""Fetching from and putting into a folder: nothing half, nothing exchanged, nothing outside it."""

import hashlib
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lead_pipeline.bucket import FolderBucket, MissingObject, open_bucket
from lead_pipeline.errors import ObjectChanged, OperatorError, OutsideTrouble


def far_ahead() -> float:
    """A clock by which every file has been quiet for long: no wait hides anything here."""
    return 1e10


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lead-imports").mkdir()
    return tmp_path / "lead-imports"


@pytest.fixture
def bucket(root: Path) -> FolderBucket:
    return FolderBucket(root, clock=far_ahead)


def write(path: Path, text: str = "name\nAda\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_fetch_copies_the_version_that_was_listed(
    bucket: FolderBucket, root: Path, tmp_path: Path
) -> None:
    write(root / "Acme" / "leads.csv", "name\nAda\n")
    (found,) = bucket.list()
    fetched = bucket.fetch(found.key, found.tag, tmp_path / "copy.csv")
    assert (fetched.sha256, fetched.size) == (found.tag, found.size)
    assert (tmp_path / "copy.csv").read_text() == "name\nAda\n"


def test_fetch_refuses_other_bytes_than_those_listed(
    bucket: FolderBucket, root: Path, tmp_path: Path
) -> None:
    path = write(root / "leads.csv")
    (found,) = bucket.list()
    write(path, "name\nEve\n")
    with pytest.raises(ObjectChanged, match="other bytes"):
        bucket.fetch(found.key, found.tag, tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


@pytest.mark.parametrize("key", ["leads.csv", "Acme/leads.csv", "file.csv/leads.csv"])
def test_fetch_says_when_the_object_is_gone(
    bucket: FolderBucket, root: Path, tmp_path: Path, key: str
) -> None:
    write(root / "file.csv")
    with pytest.raises(MissingObject, match="not in the bucket any more"):
        bucket.fetch(key, sha256(""), tmp_path / "copy.csv")
    assert not (tmp_path / "copy.csv").exists()


def test_fetch_reads_through_no_link(bucket: FolderBucket, root: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "secret" / "leads.csv")
    (root / "leads.csv").symlink_to(outside)
    (root / "Acme").symlink_to(outside.parent)
    with pytest.raises(OutsideTrouble):
        bucket.fetch("leads.csv", sha256(outside.read_text()), tmp_path / "copy.csv")
    with pytest.raises(OperatorError, match="leads out of it"):
        bucket.fetch("Acme/leads.csv", sha256(outside.read_text()), tmp_path / "copy.csv")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../leads.csv",
        "Acme/../../leads.csv",
        "Acme//leads.csv",
        "./leads.csv",
        "Acme/",
        "..\\leads.csv",
        "leads.csv\0.txt",
        "caf\udce9.csv",
    ],
)
def test_a_key_that_leads_elsewhere_is_refused(
    bucket: FolderBucket, root: Path, tmp_path: Path, key: str
) -> None:
    source = write(tmp_path / "source.csv")
    with pytest.raises(OperatorError, match="cannot use"):
        bucket.put(source, key)
    with pytest.raises(OperatorError, match="cannot use"):
        bucket.fetch(key, "tag", tmp_path / "copy.csv")
    assert list(root.iterdir()) == []


def test_put_stores_a_file_under_its_folders(bucket: FolderBucket, tmp_path: Path) -> None:
    source = write(tmp_path / "source.csv")
    stored = bucket.put(source, "Acme/May/leads.csv")
    assert stored.tag == bucket.tag_of(source) == sha256("name\nAda\n")
    assert bucket.list() == [stored]


def test_a_put_that_fails_leaves_nothing_behind(
    bucket: FolderBucket, root: Path, tmp_path: Path
) -> None:
    write(root / "leads.csv" / "a folder.csv")
    with pytest.raises(OutsideTrouble, match="cannot write"):
        bucket.put(write(tmp_path / "source.csv"), "leads.csv")
    assert [path.name for path in root.iterdir()] == ["leads.csv"]


def test_nobody_ever_lists_half_of_what_is_put(root: Path, tmp_path: Path) -> None:
    bucket = FolderBucket(root, clock=far_ahead)
    versions = [write(tmp_path / f"{n}.csv", f"name\n{n}\n" * 100_000) for n in range(2)]
    whole = {bucket.tag_of(version) for version in versions}
    done = threading.Event()

    def writer() -> None:
        for turn in range(40):
            bucket.put(versions[turn % 2], "leads.csv")
        done.set()

    thread = threading.Thread(target=writer)
    thread.start()
    seen = set()
    while not done.is_set():
        seen |= {(found.key, found.tag) for found in bucket.list()}
    thread.join()
    assert seen <= {("leads.csv", tag) for tag in whole}
    assert len(bucket.list()) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text("ab ä日😀'%#?*", min_size=1, max_size=8).map(lambda name: f"{name}.csv"),
        st.binary(max_size=40),
        max_size=6,
    )
)
def test_what_is_put_is_listed_and_fetched_unchanged(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    place = tmp_path_factory.mktemp("any")
    (place / "bucket").mkdir()
    bucket = FolderBucket(place / "bucket", clock=far_ahead)
    for key, content in contents.items():
        (place / "source").write_bytes(content)
        bucket.put(place / "source", f"Acme/{key}")
    listed = {found.key: found.tag for found in bucket.list()}
    assert listed.keys() == {f"Acme/{key}" for key in contents}
    for key, content in contents.items():
        bucket.fetch(f"Acme/{key}", listed[f"Acme/{key}"], place / "copy")
        assert (place / "copy").read_bytes() == content


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/srv/lead-imports", "/srv/lead-imports"),
        ("file:///srv/lead%20imports", "/srv/lead imports"),
        ("s3://lead-imports", "s3://lead-imports"),
        ("s3://lead-imports/", "s3://lead-imports"),
        ("s3://lead-imports/a/b/", "s3://lead-imports/a/b"),
    ],
)
def test_a_bucket_is_opened_by_its_url(url: str, told: str) -> None:
    assert open_bucket(url).url == told


@pytest.mark.parametrize(
    "url", ["", "http://example.com/leads", "file://host/leads", "s3://", "s3://user:pass@leads"]
)
def test_any_other_url_is_refused_without_being_echoed(url: str) -> None:
    with pytest.raises(OperatorError) as caught:
        open_bucket(url)
    assert "pass" not in str(caught.value)
    assert "s3://name/prefix" in str(caught.value)

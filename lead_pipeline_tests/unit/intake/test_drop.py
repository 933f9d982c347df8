"""What a dropped file is called in the bucket, and why it may be refused."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.errors import OperatorError
from lead_pipeline.intake.drop import Dropped, drop_file, object_key
from lead_pipeline.settings import Settings, read_settings

MAY = b"email\nann@example.com\n"
JUNE = b"email\nbo@example.com\n"


def digits(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


@pytest.fixture
def bucket(tmp_path: Path) -> FolderBucket:
    (tmp_path / "lead-imports").mkdir()
    return FolderBucket(tmp_path / "lead-imports", quiet_seconds=0)


@pytest.fixture
def limits(tmp_path: Path) -> Settings:
    return read_settings({"LEADS_HOME": str(tmp_path), "LEADS_MAX_FILE_MB": "1"})


def a_file(folder: Path, name: str = "leads.csv", content: bytes = MAY) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "supplier", "key"),
    [
        ("leads.csv", None, "leads_0123456789ab.csv"),
        ("leads.csv", "Acme", "Acme/leads_0123456789ab.csv"),
        ("leads_0123456789ab.csv", "Acme", "Acme/leads_0123456789ab.csv"),
        ("leads.v2.CSV", None, "leads.v2_0123456789ab.CSV"),
        ("leads", None, "leads_0123456789ab"),
        ("two words.xlsx", None, "two words_0123456789ab.xlsx"),
        ("leads_ffffffffffff.csv", None, "leads_ffffffffffff_0123456789ab.csv"),
    ],
)
def test_a_name_gets_the_hash_of_its_content_once(
    name: str, supplier: str | None, key: str
) -> None:
    assert object_key(name, "0123456789abcdef", supplier) == key


@given(st.text("ab._-/ é", min_size=1, max_size=12).filter(lambda name: "/" not in name))
def test_naming_a_file_twice_changes_nothing(name: str) -> None:
    tag = "0123456789abcdef"
    once = object_key(name, tag, None)
    assert object_key(once, tag, None) == once


def test_a_file_is_stored_under_its_supplier(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    dropped = drop_file(a_file(tmp_path), bucket, limits, supplier="Acme")
    key = f"Acme/leads_{digits(MAY)}.csv"
    assert dropped == Dropped("leads.csv", key, sha256(MAY).hexdigest(), len(MAY))
    assert [(found.key, found.tag) for found in bucket.list()] == [(key, dropped.version_tag)]
    assert (tmp_path / "lead-imports" / key).read_bytes() == MAY


def test_the_same_file_again_is_refused(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    path = a_file(tmp_path)
    drop_file(path, bucket, limits)
    for new_version in (False, True):
        with pytest.raises(OperatorError, match="the same file is in the bucket already"):
            drop_file(path, bucket, limits, new_version=new_version)


def test_a_known_name_with_other_content_asks_first(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    drop_file(a_file(tmp_path), bucket, limits, supplier="Acme")
    changed = a_file(tmp_path, content=JUNE)
    with pytest.raises(OperatorError, match="--new-version"):
        drop_file(changed, bucket, limits, supplier="Acme")
    drop_file(changed, bucket, limits, supplier="Acme", new_version=True)
    assert bucket.keys() == {f"Acme/leads_{digits(c)}.csv" for c in (MAY, JUNE)}


def test_a_name_that_somebody_copied_in_without_a_hash_is_known_too(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    a_file(tmp_path / "lead-imports", content=JUNE)
    with pytest.raises(OperatorError, match=r"other content is in the bucket \(leads.csv\)"):
        drop_file(a_file(tmp_path), bucket, limits)


def test_two_suppliers_may_use_one_name(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    drop_file(a_file(tmp_path), bucket, limits, supplier="Acme")
    drop_file(a_file(tmp_path, content=JUNE), bucket, limits, supplier="Harbor")
    assert len(bucket.keys()) == 2


@pytest.mark.parametrize("other", ["leads_2.csv", "leads_may.csv", "more_leads.csv", "leads.xlsx"])
def test_a_name_that_is_only_alike_is_another_file(
    tmp_path: Path, bucket: FolderBucket, limits: Settings, other: str
) -> None:
    drop_file(a_file(tmp_path, other, JUNE), bucket, limits)
    drop_file(a_file(tmp_path), bucket, limits)
    assert len(bucket.keys()) == 2


def test_a_dropped_file_that_came_back_from_the_bucket_is_recognised(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    drop_file(a_file(tmp_path), bucket, limits)
    copy = a_file(tmp_path, f"leads_{digits(MAY)}.csv")
    with pytest.raises(OperatorError, match="the same file is in the bucket already"):
        drop_file(copy, bucket, limits)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"x" * (2**20 + 1), "the limit is 1 MB.*LEADS_MAX_FILE_MB")],
)
def test_a_file_that_could_never_be_imported_is_refused(
    tmp_path: Path, bucket: FolderBucket, limits: Settings, content: bytes, message: str
) -> None:
    with pytest.raises(OperatorError, match=message):
        drop_file(a_file(tmp_path, content=content), bucket, limits)
    assert bucket.keys() == set()


def test_a_file_of_exactly_the_limit_is_taken(
    tmp_path: Path, bucket: FolderBucket, limits: Settings
) -> None:
    assert drop_file(a_file(tmp_path, content=b"x" * 2**20), bucket, limits).bytes == 2**20


@pytest.mark.parametrize(
    ("name", "fault"), [("missing.csv", "there is no such file"), (".", "this is a folder")]
)
def test_what_is_no_file_is_refused(
    tmp_path: Path, bucket: FolderBucket, limits: Settings, name: str, fault: str
) -> None:
    with pytest.raises(OperatorError, match=fault):
        drop_file(tmp_path / name, bucket, limits)


@pytest.mark.parametrize("supplier", ["../elsewhere", "/etc", ".hidden", "a\\b"])
def test_a_supplier_cannot_lead_out_of_the_bucket(
    tmp_path: Path, bucket: FolderBucket, limits: Settings, supplier: str
) -> None:
    with pytest.raises(OperatorError, match="cannot use"):
        drop_file(a_file(tmp_path), bucket, limits, supplier=supplier)

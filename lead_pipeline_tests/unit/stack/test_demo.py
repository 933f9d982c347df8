"""The sample files: they are there, they come from suppliers, and nobody real is in them."""

import csv
import re
from pathlib import Path

import pytest

from lead_pipeline.bucket import check_key
from lead_pipeline.bucket.names import supplier_of
from lead_pipeline.stack.demo import demo_files

SAMPLES = demo_files()


@pytest.mark.parametrize(("key", "path"), SAMPLES)
def test_a_sample_can_be_dropped_and_names_its_supplier(key: str, path: Path) -> None:
    check_key(key)
    assert supplier_of(key)
    assert path.is_file()


@pytest.mark.parametrize(("key", "path"), SAMPLES)
def test_nobody_in_a_sample_is_real(key: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert {host.lower() for host in re.findall(r"\w@([\w.-]+)", text)} <= {
        "example.com",
        "example",
    }
    numbers = re.findall(r"\(?\b\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b", text)
    assert numbers
    assert all(re.search(r"555[ .-]?01\d\d$", number) for number in numbers)


def test_the_property_export_has_the_layout_of_the_real_one() -> None:
    (path,) = (path for _, path in SAMPLES if path.name == "property_export.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfFirstName,LastName,RecipientAddress,")
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    assert {len(row) for row in rows} == {184}
    assert any("\n" in cell for row in rows for cell in row)

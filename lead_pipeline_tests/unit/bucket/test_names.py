"""The names of partitions and archive tables: what they look like, and what always holds."""

import re
from hashlib import sha256

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lead_pipeline.bucket.names import (
    archive_table_name,
    ends_in_hash,
    file_stem,
    partition_name,
    proves_itself,
    short_hash,
    supplier_of,
)

TAG = sha256(b"name\nAda\n").hexdigest()
SHORT = TAG[:12]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (TAG, SHORT),
        ("0CC175B9C0F1B6A831C399E269772661", "0cc175b9c0f1"),
        ("d41d8cd98f00b204e9800998ecf8427e-3", "de682a7e6086"),
        ("abc", "ba7816bf8f01"),
    ],
)
def test_a_hexadecimal_tag_is_cut_and_any_other_is_hashed(tag: str, expected: str) -> None:
    assert short_hash(tag) == expected


@pytest.mark.parametrize(
    ("key", "stem"),
    [
        ("leads.csv", "leads"),
        ("Acme/May/leads.CSV", "leads"),
        ("leads.csv.gz", "leads"),
        ("leads.v2.csv", "leads.v2"),
        ("report 12.2026", "report 12.2026"),
        ("no ending", "no ending"),
        (".csv", ".csv"),
    ],
)
def test_the_stem_is_the_file_name_without_folders_and_ending(key: str, stem: str) -> None:
    assert file_stem(key) == stem


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("leads.csv", "leads"),
        ("Acme/leads.csv", "leads"),
        ("Web Leads (May).csv", "Web_Leads__May_"),
        ("a,b|c[d].csv", "a_b_c_d_"),
        ("2026-05-01 leads.v2.csv", "2026-05-01_leads.v2"),
        ("range...of leads.csv", "range_of_leads"),
        ("--all.csv", "all"),
        ("Лиды März 日本.csv", "Лиды_März_日本"),
        ("Ma\u0308rz.csv", "März"),
        (f"leads_{SHORT}.csv", "leads"),
        (f"leads_{SHORT}_{SHORT}.csv", f"leads_{SHORT}"),
        ("leads_0123456789ab.csv", "leads_0123456789ab"),
        (f"_{SHORT}.csv", "file"),
        ("...csv", "_"),
        ("x" * 200 + ".csv", "x" * 87),
        ("日" * 90 + ".csv", "日" * 62),
    ],
)
def test_a_partition_is_called_after_its_file_and_its_content(key: str, name: str) -> None:
    assert partition_name(key, TAG) == f"{name}_{SHORT}"


@pytest.mark.parametrize(
    ("partition", "table"),
    [
        (f"leads_{SHORT}", f"normalized_leads_{SHORT}"),
        (f"Web_Leads__May__{SHORT}", f"normalized_web_leads_may_{SHORT}"),
        (f"2026-05-01_leads.v2_{SHORT}", f"normalized_2026_05_01_leads_v2_{SHORT}"),
        (f"Müller_Ångström_{SHORT}", f"normalized_muller_angstrom_{SHORT}"),
        (f"日本_{SHORT}", f"normalized_file_{SHORT}"),
        (f"{'x' * 87}_{SHORT}", f"normalized_{'x' * 39}_{SHORT}"),
    ],
)
def test_an_archive_table_is_called_after_its_partition(partition: str, table: str) -> None:
    assert archive_table_name(partition) == table


@pytest.mark.parametrize("partition", ["", "leads", "leads_123", f"_{SHORT}", f"leads_{TAG}"])
def test_a_table_is_never_named_after_what_is_no_partition(partition: str) -> None:
    with pytest.raises(ValueError, match="not the partition of an import"):
        archive_table_name(partition)


@pytest.mark.parametrize(
    ("key", "supplier"),
    [("leads.csv", None), ("Acme/leads.csv", "Acme"), ("Acme & Co/May/leads.csv", "Acme & Co")],
)
def test_the_first_folder_is_the_supplier(key: str, supplier: str | None) -> None:
    assert supplier_of(key) == supplier


def test_only_the_hash_of_its_own_content_proves_a_file() -> None:
    assert proves_itself(f"Acme/leads_{SHORT}.csv", TAG)
    assert proves_itself(f"leads_{SHORT}.csv.gz", TAG)
    assert not proves_itself("leads_0123456789ab.csv", TAG)
    assert not proves_itself(f"leads{SHORT}.csv", TAG)
    assert ends_in_hash("leads_0123456789ab.csv")
    assert not ends_in_hash("leads_may.csv")


keys = st.lists(st.text(min_size=1), min_size=1, max_size=3).map("/".join)
tags = st.one_of(st.binary().map(lambda content: sha256(content).hexdigest()), st.text(min_size=1))


@given(keys, tags)
@example("\ud800.csv", TAG)
@example("a\n.csv", TAG)
def test_a_partition_name_is_legal_everywhere(key: str, tag: str) -> None:
    name = partition_name(key, tag)
    assert re.fullmatch(r"\w[\w.-]*", name)
    assert ".." not in name
    assert len(name) <= 100
    assert len(name.encode()) <= 200
    assert name.endswith(f"_{short_hash(tag)}")


@given(keys, tags)
def test_a_file_named_after_its_partition_keeps_that_partition(key: str, tag: str) -> None:
    name = partition_name(key, tag)
    assert proves_itself(f"{name}.csv", tag)
    assert partition_name(f"Acme/{name}.csv", tag) == name


@given(keys, tags)
def test_a_table_name_needs_no_quoting_and_is_never_cut(key: str, tag: str) -> None:
    table = archive_table_name(partition_name(key, tag))
    assert re.fullmatch(r"normalized_[a-z0-9][a-z0-9_]*", table)
    assert len(table) <= 63
    assert table.endswith(f"_{short_hash(tag)}")


@given(keys, keys, tags, tags)
def test_two_contents_never_share_a_name(key: str, other: str, tag: str, changed: str) -> None:
    assume(short_hash(tag) != short_hash(changed))
    partitions = partition_name(key, tag), partition_name(other, changed)
    assert partitions[0] != partitions[1]
    assert archive_table_name(partitions[0]) != archive_table_name(partitions[1])

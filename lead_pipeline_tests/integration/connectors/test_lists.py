"""Whole lists that lie elsewhere: each once in the bucket, as it is, wherever a pull dies."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from lead_pipeline.connectors.faults import Transient
from lead_pipeline.connectors.model import Json, ListFile, Page, Part, Record, Window
from lead_pipeline.connectors.pull import Pulled, pull
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import drop_file
from lead_pipeline_tests.integration.connectors.vendor import (
    CLOCK,
    NOON,
    Killed,
    KillingBucket,
    only_import,
)
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import run_steps

CONTENT = b"Name,Email\nDana Example,dana@example.com\nJo Sample,jo@example.com\n"


@dataclass
class Folder:
    """Lists by the id of their record, with name, supplier and content; it counts its fetches."""

    lists: dict[str, tuple[str, str, bytes | Exception]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    name: str = "folder"
    title: str = "A folder"
    profile: None = None
    import_source: str = "csv"

    def parts(self) -> Iterator[Part]:
        yield Part("all", "All")

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        for known_by, (name, supplier, content) in self.lists.items():

            def fetch(path: Path, known_by: str = known_by, content: object = content) -> None:
                self.fetched.append(known_by)
                if isinstance(content, Exception):
                    raise content
                assert isinstance(content, bytes)
                path.write_bytes(content)

            yield Page([Record(known_by, {"f": name}, NOON, file=ListFile(name, supplier, fetch))])

    def check(self) -> Iterator[str]:
        yield "it can be read"


def read(site: Site, folder: Folder) -> Pulled:
    return pull(site, folder, clock=CLOCK)


def problems(site: Site) -> list[str]:
    found = rows(site, "SELECT problem FROM connector_inbox WHERE problem IS NOT NULL")
    return [row["problem"] for row in found]


def test_a_list_goes_into_the_bucket_as_it_is_and_is_fetched_once(site: Site) -> None:
    folder = Folder({"1": ("May.csv", "Acme", CONTENT)})
    first = read(site, folder)
    (key,) = first.objects
    assert key.startswith("Acme/May_")
    assert (Path(site.settings.bucket_url) / key).read_bytes() == CONTENT
    run_steps(site, only_import(site))
    leads = rows(site, "SELECT email, supplier, import_source FROM leads_master ORDER BY email")
    assert leads == [
        {"email": "dana@example.com", "supplier": "Acme", "import_source": "csv"},
        {"email": "jo@example.com", "supplier": "Acme", "import_source": "csv"},
    ]
    again = read(site, folder)
    assert (again.new, again.known, again.objects) == (0, 1, [])
    assert folder.fetched == ["1"]


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_kill_at_the_bucket_neither_loses_nor_doubles_a_list(site: Site, dies: str) -> None:
    bucket = KillingBucket(Path(site.settings.bucket_url))
    killed = replace(site, bucket=bucket)
    folder = Folder({"1": ("May.csv", "Acme", CONTENT)})
    bucket.dies = dies
    with pytest.raises(Killed):
        read(killed, folder)
    second = read(killed, folder)
    assert (second.status, second.new, len(second.objects)) == ("done", 1, 1)
    assert site.bucket.keys() == set(second.objects)
    assert only_import(site).object_key == second.objects[0]
    assert problems(site) == []


def test_a_list_that_cannot_be_had_stops_nothing_that_was_read_before(site: Site) -> None:
    away = Transient("the server broke off")
    folder = Folder({"1": ("May.csv", "Acme", CONTENT), "2": ("June.csv", "Acme", away)})
    first = read(site, folder)
    assert (first.status, first.new, first.error) == ("partial", 1, "the server broke off")
    folder.lists["2"] = ("June.csv", "Acme", CONTENT + b"Al Third,al@example.com\n")
    second = read(site, folder)
    assert (second.status, second.new, second.known) == ("done", 1, 1)


def test_what_cannot_be_imported_is_kept_with_the_reason(site: Site, tmp_path: Path) -> None:
    by_hand = tmp_path / "Other.csv"
    by_hand.write_bytes(CONTENT)
    drop_file(by_hand, site.bucket, site.settings)
    with_steps = Folder({"1": ("May.csv", "Acme", b""), "2": (".hidden", "Acme", CONTENT)})
    assert read(site, with_steps).quarantined == 2
    empty, hidden = problems(site)
    assert "the file is empty" in empty
    assert "such names are left alone" in hidden
    assert read(site, with_steps).known == 2
    assert with_steps.fetched == ["1"]


def test_the_same_list_under_two_ids_is_one_object(site: Site) -> None:
    folder = Folder({"1": ("May.csv", "Acme", CONTENT), "2": ("May.csv", "Acme", CONTENT)})
    first = read(site, folder)
    assert (first.new, len(first.objects), problems(site)) == (2, 1, [])


def test_a_list_that_came_another_way_is_told_and_not_imported_twice(
    site: Site, tmp_path: Path
) -> None:
    folder = Folder({"1": ("May.csv", "Acme", CONTENT)})
    read(site, folder)
    run_steps(site, only_import(site))
    other = Folder({"2": ("Renamed.csv", "Bolt", CONTENT)}, name="other")
    assert read(site, other).quarantined == 1
    (problem,) = problems(site)
    assert "the same bytes were imported before, as import" in problem


@pytest.mark.parametrize("name", ["../../May.csv", "11/28 May.csv", "a\nb.csv", "..\\May.csv"])
def test_a_name_from_elsewhere_names_no_place_but_its_own(site: Site, name: str) -> None:
    result = read(site, Folder({"1": (name, "Acme", CONTENT)}))
    assert all(key.startswith("Acme/") and key.count("/") == 1 for key in result.objects)
    assert site.bucket.keys() == set(result.objects)
    assert bool(result.objects) != bool(problems(site))

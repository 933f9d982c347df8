"""The bucket folder by folder: what lies there and what became of it, in pages."""

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.bucket import Bucket, open_bucket
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.s3 import s3_client
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.integration.web.test_review_page import words

FILE = b"Full Name,Email\nAnn Lee,ann@example.com\n"
KEYS = ["a.csv", "Acme/may.csv", "Acme/old/x.csv", "Brix/1.csv", "z.csv", "Löhne & <b>.csv"]


@pytest.fixture(params=["file", "s3"])
def kept(request: pytest.FixtureRequest, site: Site) -> Site:
    """The site on a folder, and on S3."""
    if request.param == "file":
        return site
    client = s3_client(request.getfixturevalue("s3_server"))
    name = f"lead-imports-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    return Site(site.settings, open_bucket(f"s3://{name}/below", s3_client=client))


def paged(call: Caller, folder: str, limit: int) -> list[dict[str, Any]]:
    """All items of a folder, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        told = call("GET", f"/api/bucket?folder={folder}&limit={limit}{cursor}").json
        assert len(told["items"]) <= limit
        items += told["items"]
        if told["next"] is None:
            return items
        cursor = "&" + urlencode({"cursor": told["next"]})


def put(bucket: Bucket, tmp_path: Path, key: str, content: bytes = FILE) -> None:
    path = tmp_path / "put"
    path.write_bytes(content)
    bucket.put(path, key)


def test_each_file_says_what_became_of_it(kept: Site, tmp_path: Path) -> None:
    run_steps(kept, drop(kept, "Acme/may.csv", FILE))
    drop(kept, "Acme/twin.csv", FILE)
    put(kept.bucket, tmp_path, "Acme/new.csv", FILE + b"x")
    drop(kept, "Acme/other.csv", FILE + b"y")
    put(kept.bucket, tmp_path, "Acme/other.csv", FILE + b"another version")
    with serving(kept) as call:
        items = {one["name"]: one for one in call("GET", "/api/bucket?folder=Acme/").json["items"]}
        told = words(call("GET", "/bucket?folder=Acme/").text)
    assert [*items] == ["may.csv", "new.csv", "other.csv", "twin.csv"]
    became = {name: (one["status"], one["duplicate_of"]) for name, one in items.items()}
    assert became == {
        "may.csv": ("completed", None),
        "new.csv": (None, None),
        "other.csv": (None, None),
        "twin.csv": ("duplicate", 1),
    }
    assert items["may.csv"]["bytes"] == len(FILE)
    assert "may.csv 40 bytes" in told
    assert "import 1 completed" in told
    assert "import 2 duplicate of import 1" in told
    assert "not seen yet" in told


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_folders_and_files_come_in_pages_by_name(kept: Site, tmp_path: Path, limit: int) -> None:
    for key in KEYS:
        put(kept.bucket, tmp_path, key)
    with serving(kept) as call:
        assert [one["name"] for one in paged(call, "", limit)] == [
            "Acme/", "Brix/", "Löhne & <b>.csv", "a.csv", "z.csv",
        ]  # fmt: skip
        assert [one["name"] for one in paged(call, "Acme/", limit)] == ["may.csv", "old/"]
        assert paged(call, "Nobody/", limit) == []


def test_folders_lead_on_and_names_are_text(kept: Site, tmp_path: Path) -> None:
    for key in KEYS:
        put(kept.bucket, tmp_path, key)
    with serving(kept) as call:
        page = call("GET", "/bucket").text
        assert 'href="/bucket?folder=Acme/"' in page
        assert "Löhne &amp; &lt;b&gt;.csv" in page
        below = call("GET", "/bucket?folder=Acme/old/").text
    assert 'href="/bucket?folder=Acme/">Acme</a>' in below
    assert "x.csv" in below


def test_more_than_a_page_leads_to_the_next(site: Site, call: Caller) -> None:
    for number in range(101):
        (Path(site.settings.bucket_url) / f"{number:03}.csv").write_bytes(FILE)
    assert 'href="/bucket?folder=&amp;cursor=099.csv"' in call("GET", "/bucket").text
    page = call("GET", "/bucket?cursor=099.csv").text
    assert "100.csv" in page
    assert "099.csv" not in page


def test_unfinished_and_hidden_files_are_said_to_be_left_alone(site: Site, call: Caller) -> None:
    folder = Path(site.settings.bucket_url)
    (folder / ".hidden").mkdir()
    (folder / "list.csv.part").write_bytes(FILE)
    told = words(call("GET", "/bucket").text)
    assert told.count("left alone") == 2
    assert call("GET", "/api/bucket?folder=.hidden/").status == 422


@pytest.mark.parametrize("folder", ["../", "Acme/../../", "/etc/", "Acme", "a//", "out/"])
def test_no_folder_leads_out_of_the_bucket(site: Site, call: Caller, folder: str) -> None:
    root = Path(site.settings.bucket_url)
    (root / "out").symlink_to("/etc")
    assert call("GET", f"/api/bucket?folder={folder}").status == 422
    assert call("GET", f"/bucket?folder={folder}").status == 422
    assert call("GET", "/api/bucket").json["items"] == []


def test_a_bucket_that_is_gone_is_trouble_and_not_empty(site: Site, call: Caller) -> None:
    Path(site.settings.bucket_url).rmdir()
    assert call("GET", "/api/bucket").status == 503


def test_a_viewer_sees_no_names_of_files(site: Site, call: Caller) -> None:
    viewer = call.having(authorization=bearer(a_token(site, Role.VIEWER)))
    assert viewer("GET", "/api/bucket").status == 403
    assert viewer("GET", "/bucket").status == 403

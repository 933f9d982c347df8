"""The docs name every request of the API, and no other."""

import re
from pathlib import Path

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import read_settings
from lead_pipeline.web.app import create_app
from lead_pipeline_tests.unit.docs.documents import BY_HAND, quoted


def unnamed(path: str) -> str:
    """What stands for an id has another name in the docs."""
    return re.sub(r"\{\w+\}", "{}", path)


def test_every_request_is_told_of_and_no_other(tmp_path: Path) -> None:
    settings = read_settings({"LEADS_HOME": str(tmp_path)})
    document = create_app(Site(settings, FolderBucket(tmp_path))).openapi()
    there = {
        f"{method.upper()} {unnamed(path)}"
        for path, operations in document["paths"].items()
        for method in operations
    }
    words = quoted("\n\n".join(BY_HAND.values()))
    requests = re.compile(r"(?:GET|PUT|POST|PATCH|DELETE) /api/\S+")
    assert {unnamed(word) for word in words if requests.fullmatch(word)} == there

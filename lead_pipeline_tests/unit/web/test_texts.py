"""Every text that a page or its script names is there, and every one that is there is named."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.explain.outcome_rows import Outcome
from lead_pipeline.ledger import Status
from lead_pipeline.ledger.model import OUTCOME_COLUMNS
from lead_pipeline.ledger.progress import Step
from lead_pipeline.web.pages.rendering import NAVIGATION
from lead_pipeline.web.pages.texts import texts

WEB = files("lead_pipeline.web")
TEMPLATES = {file.name: file.read_text("utf-8") for file in (WEB / "templates").iterdir()}
# Templates that stand in others: theirs are the texts of the page.
OF_PAGE = {
    "review_doubts.html": "review",
    "review_figures.html": "review",
    "review_mapping.html": "review",
    "review_reading.html": "review",
    "review_rows.html": "review",
}


def named(template: str, root: str) -> Iterator[list[str]]:
    for found in re.findall(rf"\b{root}((?:\.[a-z_]+)+)", TEMPLATES[template]):
        yield found.strip(".").split(".")


def lookup(found: Any, keys: list[str]) -> bool:
    """Whether the text is there; what follows a text is a method of it."""
    for key in keys:
        if not isinstance(found, dict):
            return True
        if key not in found:
            return key in ("items", "get")
        found = found[key]
    return True


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_text_that_a_template_names_is_there(template: str) -> None:
    section = OF_PAGE.get(template, template.removesuffix(".html"))
    for keys in named(template, "shell"):
        assert lookup(texts()["shell"], keys), keys
    for keys in named(template, "t") if section in texts() else ():
        assert lookup(texts()[section], keys), keys


def test_every_text_that_the_script_of_uploads_names_is_there() -> None:
    script = (WEB / "static" / "upload.js").read_text("utf-8")
    words = set(re.findall(r'word\("(\w+)"', script)) | {"try_again", "new_version", "leave"}
    assert words == set(texts()["upload"]["words"])


def test_every_state_step_outcome_and_page_has_a_word() -> None:
    shell = texts()["shell"]
    assert set(shell["statuses"]) == set(Status)
    assert set(shell["live"]["names"]) == set(Step)
    assert {*Outcome, *OUTCOME_COLUMNS, "held", "contacts", "blank"} == set(shell["outcomes"])
    assert {name for _, name, _ in NAVIGATION} == set(shell["pages"])
    assert Role.VIEWER.word == "viewer"  # as pages and commands say it

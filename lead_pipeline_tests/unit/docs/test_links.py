"""Links between the documents lead somewhere: files, headings, pictures."""

import re
from pathlib import Path

import pytest

from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT, prose

LINKS = [
    (name, target)
    for name, text in DOCUMENTS.items()
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text))
]


def anchors(text: str) -> set[str]:
    """The names that a repository's pages give to headings."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize(("name", "target"), LINKS)
def test_every_link_leads_somewhere(name: str, target: str) -> None:
    if target.startswith("https://"):
        return  # another's page: no test of ours goes there
    path, _, anchor = target.partition("#")
    found = (PROJECT / name).parent.joinpath(path) if path else PROJECT / name
    assert found.exists()
    if anchor:
        assert anchor in anchors(found.read_text(encoding="utf-8"))


def test_every_document_is_reached_from_the_readme() -> None:
    reached, left = set[Path](), [PROJECT / "README.md"]
    while left:
        page = left.pop().resolve()
        if page not in reached:
            reached.add(page)
            name = str(page.relative_to(PROJECT))
            left += [
                page.parent / target.partition("#")[0]
                for source, target in LINKS
                if source == name and target.partition("#")[0].endswith(".md")
            ]
    assert {str(page.relative_to(PROJECT)) for page in reached} == set(DOCUMENTS)

"""The messages and codes that docs/troubleshooting.md explains are those that the code has."""

import ast
import re
from collections.abc import Iterator

import pytest

from lead_pipeline.ledger import Status
from lead_pipeline_tests.unit.docs.documents import DOCUMENTS, PROJECT

TROUBLE = DOCUMENTS["docs/troubleshooting.md"]
# What differs each time: quoted, numbers, names of files, places, and what stands for anything.
_CHANGES = re.compile(r"\.\.\.|'[^']*'|`[^`]*`|\(.*?\)|[\w./]*\d[\d.,]*|\S+\.\w+|\s/\S*")


def texts() -> Iterator[str]:
    """Every text of the package; where a value is put in stands a line break."""
    for path in (PROJECT / "lead_pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "\n" for p in node.values)
                yield "".join(map(str, parts))


@pytest.fixture(scope="module")
def said() -> str:
    """All of it as one text, each text a line of its own."""
    return "\n\n".join(texts())


def longest(message: str) -> str:
    """The longest part of a message that is the same each time."""
    return max((part.strip(" :;,`") for part in _CHANGES.split(message)), key=len)


@pytest.mark.parametrize(
    "message",
    [
        *re.findall(r"\*\*`(.+?)`\*\*", TROUBLE),
        *(
            begin
            for row in re.findall(r"^\| ([^|`]+) \| `\w+` \|", TROUBLE, re.M)
            for begin in row.split("; ")
        ),
    ],
)
def test_a_message_is_one_that_the_code_says(message: str, said: str) -> None:
    assert len(longest(message).split()) > 1
    assert longest(message) in said


@pytest.mark.parametrize("code", re.findall(r"^\|(?:[^|`]*\|)? `(\w+)` \|", TROUBLE, re.M))
def test_a_code_is_one_that_the_code_gives(code: str, said: str) -> None:
    assert code in said.splitlines()


def test_every_state_of_an_import_is_explained() -> None:
    explained = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", DOCUMENTS["docs/tables.md"], re.M)
    words = set(re.findall(r"`(\w+)`", " ".join(explained)))
    assert {status.value for status in Status} <= words

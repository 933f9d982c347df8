"""The SQL of the project: every statement is used, every use has its statement, each says why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lead_pipeline
from lead_pipeline.database import statement
from lead_pipeline.packaged import packaged

PACKAGE = Path(lead_pipeline.__file__).parent
STATEMENTS = sorted(path.stem for path in (packaged("sql") / "statements").iterdir())


def used() -> Iterator[str]:
    """The names in all calls of `run(connection, "name", ...)`."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name("run"), args=[_, ast.Constant(str(name)), *_]):
                    yield name


def test_every_statement_is_used_and_every_use_has_its_statement() -> None:
    assert sorted(set(used())) == STATEMENTS


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_begins_with_what_it_is_for_and_ends_without_a_semicolon(name: str) -> None:
    text = statement(name)
    assert re.match(r"-- [A-Z].{20,}", text)
    assert re.match(r"(--.*\n)+[A-Z]+ ", text), "the comment stands at the top, then the statement"
    assert not text.rstrip().endswith(";")
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("name", [n for n in STATEMENTS if "Read only" in statement(n)])
def test_a_statement_that_says_so_only_reads(name: str) -> None:
    words = set(re.sub(r"--.*", "", statement(name)).upper().split())
    assert "SELECT" in words
    assert words.isdisjoint({"INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER", "TRUNCATE"})

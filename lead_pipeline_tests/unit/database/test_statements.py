"""The SQL of the project: every statement is used, has its room, and says what it is for."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import lead_pipeline
from lead_pipeline.database import statement
from lead_pipeline.database.packaged import packaged

PACKAGE = Path(lead_pipeline.__file__).parent
FOLDER = packaged("sql") / "statements"
STATEMENTS = sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*"))


def used() -> Iterator[tuple[str, str]]:
    """The room and the name in each call of `run(connection, "name", ...)`."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("run" | "read_table" | "_read" | "_frame" | "statement"),
                    args=arguments,
                ):
                    yield from (
                        (path.relative_to(PACKAGE).with_suffix("").parts[0], argument.value)
                        for argument in arguments
                        if isinstance(argument, ast.Constant) and "/" in str(argument.value)
                    )


def floors() -> list[set[str]]:
    """The rooms from the top floor down, as pyproject.toml has them for import-linter."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return [{room.strip() for room in floor.split("|")} for floor in contract["layers"]]


def test_every_statement_is_used_and_every_use_has_its_statement() -> None:
    assert sorted({name for _, name in used()}) == STATEMENTS


def test_a_statement_lies_in_the_lowest_room_that_uses_it() -> None:
    floor = {room: at for at, rooms in enumerate(floors()) for room in rooms}
    rooms: dict[str, list[str]] = {}
    for room, name in used():
        rooms.setdefault(name, []).append(room)
    lowest = {name: max(users, key=lambda room: floor[room]) for name, users in rooms.items()}
    assert {name: name.partition("/")[0] for name in rooms} == lowest


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

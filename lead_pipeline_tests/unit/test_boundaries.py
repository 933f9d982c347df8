"""The rooms of the house: nothing imports upwards, and only few modules know Dagster.

Most tests ask a fresh interpreter, because this one has imported all sorts of things.
"""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lead_pipeline

PACKAGE = Path(lead_pipeline.__file__).parent
KNOW_DAGSTER = (
    "lead_pipeline.defs",
    "lead_pipeline.definitions",
    "lead_pipeline.stack.launcher",
    "lead_pipeline.stack.prompt",
    "lead_pipeline.stack.set_back",
    "lead_pipeline.stack.storage",
)
REPORT = "import json, sys; print(json.dumps(sorted(m for m in sys.modules)))"


def fresh(program: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a new interpreter that has none of our settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEADS_", "DAGSTER_"))}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=clean | {"LEADS_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def modules() -> list[str]:
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in sorted(PACKAGE.rglob("*.py"))
        if "_project" not in path.parts
    ]
    return [name.removesuffix(".__init__") for name in names]


def test_no_room_imports_from_a_floor_above() -> None:
    """The table of rooms is in pyproject.toml; import-linter holds the code against it."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [2-9] kept, 0 broken", done.stdout), done.stdout


def test_every_room_says_what_belongs_in_it() -> None:
    rooms = [path for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()]
    silent = [
        room.name
        for room in rooms
        if not ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_module_is_too_long_to_be_read_in_one_sitting() -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in PACKAGE.rglob("*.py")}
    assert {str(path): count for path, count in lines.items() if count > 300} == {}


def test_everything_but_the_shell_imports_without_dagster(tmp_path: Path) -> None:
    plain = [name for name in modules() if not name.startswith(KNOW_DAGSTER)]
    assert len(plain) > 40
    done = fresh(f"import {', '.join(plain)}\n{REPORT}", tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout)
    assert [name for name in loaded if name.split(".")[0] == "dagster"] == []


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["status", "--help"], ["drop", "--help"], ["up", "--help"],
     ["retire", "--help"], ["status"],
     ["explain", "ann@example.com"], ["undo", "1"], ["sources"], ["suppliers"]],
    ids=" ".join,
)  # fmt: skip
def test_a_command_that_needs_no_dagster_does_not_import_it(
    arguments: list[str], tmp_path: Path
) -> None:
    assert "dagster" not in imported_by(arguments, tmp_path)


def test_a_preview_needs_neither_dagster_nor_a_database(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("email\nann@example.com\n")
    loaded = imported_by(["preview", "leads.csv", "--json"], tmp_path)
    assert "dagster" not in loaded
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv"]


def test_help_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    heavy = {"pyarrow", "psycopg", "sqlalchemy", "alembic", "boto3", "phonenumbers", "rich"}
    assert heavy & imported_by(["--help"], tmp_path) == set()


def imported_by(arguments: list[str], home: Path) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    program = (
        "import json, sys\n"
        "from lead_pipeline.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})), file=sys.stderr)\n"
    )
    done = fresh(program, home, *arguments)
    return set(json.loads(done.stderr.splitlines()[-1]))

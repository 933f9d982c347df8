"""What a wheel of the project holds: without the SQL and the data an installation is useless."""

import zipfile
from pathlib import Path

import pytest

import lead_pipeline

PROJECT = Path(lead_pipeline.__file__).parent.parent
builder = pytest.importorskip("hatchling.builders.wheel", reason="the build backend is absent")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel, built here and now without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = builder.WheelBuilder(str(PROJECT)).build(directory=str(folder))
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def test_every_file_of_the_package_is_inside(wheel: set[str]) -> None:
    package = PROJECT / "lead_pipeline"
    files = {
        str(path.relative_to(PROJECT))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - wheel == set()


def test_the_sql_and_the_configuration_of_dagster_are_inside(wheel: set[str]) -> None:
    beside = [path for path in (PROJECT / "sql").rglob("*") if path.suffix in (".sql", ".py")]
    beside += [PROJECT / "dagster.yaml"]
    expected = {f"lead_pipeline/_project/{path.relative_to(PROJECT)}" for path in beside}
    assert len(expected) > 25
    assert expected - wheel == set()


def test_nothing_else_is_inside(wheel: set[str]) -> None:
    folders = {name.split("/")[0] for name in wheel}
    assert folders == {"lead_pipeline", "lead_pipeline-0.1.0.dist-info"}
    assert [name for name in wheel if name.endswith((".pyc", ".log"))] == []

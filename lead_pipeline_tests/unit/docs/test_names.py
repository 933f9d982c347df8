"""What the docs name against the project: nothing people can use is missing, nothing is made up."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from lead_pipeline import frames
from lead_pipeline.definitions import defs
from lead_pipeline.settings.accounts import NEEDED
from lead_pipeline.settings.database import OWNER_VARIABLE
from lead_pipeline.settings.limits import USUAL
from lead_pipeline.settings.telling import NOBODY
from lead_pipeline_tests.unit.docs.documents import (
    BY_HAND,
    DOCUMENTS,
    PROJECT,
    blocks,
    everything,
    quoted,
)

MADE_BY_RUNNING = re.compile(r"(\.\.\./)?\.leads/.*|tags\.toml|\.env|leads\.dump")


def settings() -> set[str]:
    """Every variable that settings/ reads: `environment.get("LEADS_...")`, the owner's database,
    the limits, and whom to tell."""
    source = (PROJECT / "lead_pipeline" / "settings" / "__init__.py").read_text(encoding="utf-8")
    found = {OWNER_VARIABLE, *USUAL.in_force, *NOBODY.in_force}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("environment"), attr="get"),
                args=[ast.Constant(str(name)), *_],
            ):
                found.add(name)
    return found


def test_every_setting_is_in_the_table_and_no_other_is_named() -> None:
    operations = DOCUMENTS["docs/operations.md"]
    assert set(re.findall(r"^\| `((?:LEADS|SENTRY)_\w+)`", operations, re.M)) == settings()
    named = re.findall(r"(?:LEADS|SENTRY)_\w+", "".join(DOCUMENTS.values()))
    assert set(named) == settings()


def test_every_setting_of_a_connector_is_in_its_table_and_no_other_is() -> None:
    source = (PROJECT / "lead_pipeline" / "settings" / "accounts.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""read\.\w+\(\s*"([A-Z_]+)\"""", source))
    told = re.findall(r"^\| `([A-Z_]+)`", DOCUMENTS["docs/connectors.md"], re.M)
    assert set(told) == read | {name for needed in NEEDED.values() for name in needed}


def test_what_is_deployed_sets_no_other_setting() -> None:
    deployed = ["Dockerfile", "compose.yaml", "deploy/lead-pipeline.service"]
    text = "".join((PROJECT / name).read_text(encoding="utf-8") for name in deployed)
    assert set(re.findall(r"LEADS_\w+", text)) <= settings()


def test_every_asset_check_job_sensor_and_schedule_is_named() -> None:
    repository = defs().get_repository_def()
    names = {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()}
    names |= {check.name for check in repository.asset_graph.asset_check_keys}
    names |= {job for job in repository.job_names if not job.startswith("__")}
    names |= {sensor.name for sensor in repository.sensor_defs}
    names |= {schedule.name for schedule in repository.schedule_defs}
    assert names - set(quoted(DOCUMENTS["docs/dagster.md"])) == set()


def test_no_other_asset_or_check_is_in_the_tables_of_dagster() -> None:
    graph = defs().get_repository_def().asset_graph
    rows = re.findall(r"^\| (`.*?) \|", DOCUMENTS["docs/dagster.md"], re.M)
    known = {key.to_user_string() for key in graph.get_all_asset_keys()}
    known |= {check.name for check in graph.asset_check_keys}
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == known


def test_every_table_of_ours_is_described_and_no_other_is() -> None:
    described = "\n".join(
        re.findall(r"^\| table \|.*?(?=\n\n)", DOCUMENTS["docs/tables.md"], re.M | re.S)
    )
    named = re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in described.splitlines()))
    migrations = (PROJECT / "sql" / "migrations" / "versions").glob("*.sql")
    made = {
        name
        for path in migrations
        for name in re.findall(
            r"^CREATE (?:UNLOGGED )?(?:TABLE|VIEW) (\w+)", path.read_text("utf-8"), re.M
        )
    }
    assert set(named) == made
    assert "`archive.normalized_<filename>_<hash>`" in described


def paths() -> Iterator[str]:
    """What looks like a path of the checkout: with a slash or one of our endings, in backticks."""
    for said in quoted("\n".join(DOCUMENTS.values())):
        if re.fullmatch(r"[a-z._][\w./-]*", said) and re.search(
            r"/|\.(py|toml|csv|yaml|sql|md|service)$", said
        ):
            yield said


@pytest.mark.parametrize("path", sorted(set(paths())))
def test_every_path_that_is_named_exists(path: str) -> None:
    package = PROJECT / "lead_pipeline"
    roots = (PROJECT, package, package / "fields")
    assert MADE_BY_RUNNING.fullmatch(path) or any((root / path).exists() for root in roots)


def test_the_map_of_rooms_names_what_is_there_and_every_room_is_told_of() -> None:
    (layout,) = (
        block
        for block in blocks("", DOCUMENTS["docs/architecture.md"])
        if block.startswith("lead_pipeline/")
    )
    for line in layout.splitlines():
        root = PROJECT / "lead_pipeline" if line.startswith("  ") else PROJECT
        for name in re.findall(r"(?:^|\s)([\w.]+(?:/|\.py))(?=\s|$)", line):
            assert (root / name).exists(), name
    rooms = {f"{path.parent.name}/" for path in (PROJECT / "lead_pipeline").glob("*/__init__.py")}
    table = re.findall(r"^\| (`.*?) \|", DOCUMENTS["docs/architecture.md"], re.M)
    told = {name for name in re.findall(r"`([^`]+)`", " ".join(table)) if name.endswith("/")}
    assert told == rooms


def test_what_python_code_says_compiles_and_frames_has_what_it_uses() -> None:
    code = "\n".join(blocks("python", everything()))
    compile(code, "docs", "exec")
    assert {
        name for name in re.findall(r"frames\.(\w+)", code) if not hasattr(frames, name)
    } == set()


def test_the_toml_that_is_shown_can_be_read() -> None:
    for block in blocks("toml", everything()):
        assert tomllib.loads(block)


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_a_document_can_be_read_in_one_sitting(name: str) -> None:
    assert len(BY_HAND[name].splitlines()) <= (130 if name == "README.md" else 250)

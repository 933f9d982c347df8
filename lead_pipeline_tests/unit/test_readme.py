"""The README against the project: nothing that people can use is missing, nothing is made up."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import lead_pipeline
from lead_pipeline.cli import commands
from lead_pipeline.definitions import defs

PROJECT = Path(lead_pipeline.__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```\w*\n(.*?)^```$", README, re.M | re.S)
LINES = [line for block in FENCED for line in block.splitlines()]
TYPED = [line for line in LINES if line.startswith("lead-pipeline ")]


def leaves(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command that does something."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(leaves(commands)), ids=" ".join)
def test_every_command_is_named(words: tuple[str, ...]) -> None:
    assert re.search(rf"lead-pipeline {' '.join(words)}\b", README)


@pytest.mark.parametrize("line", TYPED)
def test_every_command_line_can_be_typed_as_it_stands(line: str) -> None:
    """The commands themselves read it, without doing anything."""
    command: click.Command = commands
    words = shlex.split(line, comments=True)[1:]
    context = click.Context(commands)
    while words and isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name!r}"
        command = found
    command.make_context(command.name, words)


def test_every_option_that_is_named_exists() -> None:
    """Those of our own commands; a line that begins otherwise belongs to another program."""
    prose = re.sub(r"`python .*?`", "", README)
    ours = "\n".join(line for line in prose.splitlines() if line not in LINES or line in TYPED)
    known = {"--help", "--version"}
    for words in leaves(commands):
        command: click.Command = commands
        for word in words:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        known |= {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) <= known


def test_every_asset_job_sensor_and_schedule_is_named() -> None:
    repository = defs().get_repository_def()
    names = [key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()]
    names += [check.name for check in repository.asset_graph.asset_check_keys]
    names += [job for job in repository.job_names if not job.startswith("__")]
    names += [sensor.name for sensor in repository.sensor_defs]
    names += [schedule.name for schedule in repository.schedule_defs]
    said = README.replace("-", "_").replace("law of sums", "law_of_sums")
    assert [name for name in names if name not in said] == []


def settings() -> set[str]:
    """Every variable that settings.py reads: `environment.get("LEADS_...")`."""
    source = (PROJECT / "lead_pipeline" / "settings.py").read_text(encoding="utf-8")
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("environment"), attr="get"),
                args=[ast.Constant(str(name)), *_],
            ):
                found.add(name)
    return found


def test_every_setting_is_in_the_table_and_no_other_is_named() -> None:
    assert set(re.findall(r"^\| `(LEADS_\w+)`", README, re.M)) == settings()
    assert set(re.findall(r"LEADS_\w+", README)) == settings()


def test_every_table_of_ours_is_described_and_no_other_is() -> None:
    described = "\n".join(re.findall(r"^\| table \|.*?(?=\n\n)", README, re.M | re.S))
    named = re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in described.splitlines()))
    migrations = (PROJECT / "sql" / "migrations" / "versions").glob("*.sql")
    made = {
        name
        for path in migrations
        for name in re.findall(r"^CREATE (?:TABLE|VIEW) (\w+)", path.read_text("utf-8"), re.M)
    }
    assert set(named) == made
    assert "`archive.normalized_<filename>_<hash>`" in described


def paths() -> Iterator[str]:
    """What looks like a path of the checkout: with a slash or one of our endings, in backticks."""
    text = re.sub(r"^```.*?^```$", "", README, flags=re.M | re.S)
    for quoted in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(r"[a-z._][\w./-]*", quoted) and re.search(
            r"/|\.(py|toml|csv|yaml|sql)$", quoted
        ):
            yield quoted


@pytest.mark.parametrize("path", sorted(set(paths())))
def test_every_path_that_is_named_exists(path: str) -> None:
    if path.startswith(".leads/") or path == "tags.toml":
        return  # made by running, or by a team
    package = PROJECT / "lead_pipeline"
    assert any((root / path).exists() for root in (PROJECT, package, package / "fields"))


def test_the_map_for_developers_names_what_is_there() -> None:
    (layout,) = (block for block in FENCED if block.startswith("lead_pipeline/"))
    for line in layout.splitlines():
        root = PROJECT / "lead_pipeline" if line.startswith("  ") else PROJECT
        for name in re.findall(r"(?:^|\s)([\w.]+(?:/|\.py))(?=\s|$)", line):
            assert (root / name).exists(), name


def marked(kind: str) -> str:
    """The one command after a comment such as `<!-- test command -->`."""
    (line,) = re.findall(rf"^<!-- {kind} command -->\n```sh\n(.*)\n```$", README, re.M)
    return str(line)


def test_one_line_runs_everything_and_one_line_tests_it_from_a_clean_checkout() -> None:
    for kind, end in (("run", ".venv/bin/lead-pipeline up --demo"), ("test", ".venv/bin/pytest")):
        create, install, last = marked(kind).split(" && ")
        assert create == "python3 -m venv .venv"
        assert install.startswith(".venv/bin/pip install -q -c constraints.txt -e ")
        assert last == end
    assert (PROJECT / "constraints.txt").exists()


def test_the_continuous_integration_runs_the_very_command_for_the_tests() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    (finding,) = re.findall(r"^command=.*$", script, re.M)
    done = subprocess.run(
        ["bash", "-euc", f'{finding}\nprintf %s "$command"'],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == marked("test")
    assert re.search(r'^bash .*-c "\$command"$', script, re.M)

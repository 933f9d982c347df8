"""What holds for every command: numbers have ranges, results come as JSON too, help is there."""

from collections.abc import Iterator

import click
import pytest

from lead_pipeline.cli import commands

# They run until they are stopped, or hand over to a program of others, or print a script.
WITHOUT_JSON = {"up", "psql", "completion"}


def leaves(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words; a group that lists is one as well."""
    for name, command in group.commands.items():
        words = (*path, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *words)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join(words), command


COMMANDS = dict(leaves(commands))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_can_answer_in_json(words: str) -> None:
    has_json = any("--json" in parameter.opts for parameter in COMMANDS[words].params)
    assert has_json is (words not in WITHOUT_JSON)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_number_has_a_least_and_a_most(words: str) -> None:
    for parameter in COMMANDS[words].params:
        kind = parameter.type
        assert not isinstance(kind, click.types.FloatParamType), parameter.name
        if isinstance(kind, click.types.IntParamType):
            assert isinstance(kind, click.IntRange), parameter.name
            assert None not in (kind.min, kind.max), parameter.name


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(words: str) -> None:
    command = COMMANDS[words]
    assert command.help
    assert command.help.splitlines()[0].endswith(".") or "\n" in command.help
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_every_short_help_fits_into_the_list_of_commands() -> None:
    cut = [words for words, command in COMMANDS.items() if "..." in command.get_short_help_str(62)]
    assert cut == []

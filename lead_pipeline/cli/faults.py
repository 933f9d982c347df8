"""How a fault is told: one sentence on stderr, the same in every command; JSON where that is asked.

Which faults there are is said in errors.py; the exit codes stand in session.py.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lead_pipeline.cli.output import as_json
from lead_pipeline.cli.terminal import echo
from lead_pipeline.errors import BadFile, LeadPipelineError


def json_is_asked() -> bool:
    """Whether `--json` was typed; known also where the command line cannot be read."""
    return "--json" in sys.argv[1:]


@contextmanager
def about(path: Path) -> Iterator[None]:
    """What is wrong with a file is told with its name before it."""
    try:
        yield
    except BadFile as error:
        raise BadFile(error.code, f"{path}: {error}") from error


def show_fault(error: LeadPipelineError | click.ClickException | str) -> None:
    """One line for people (`error: ...`), or one JSON object with `error` in it."""
    told = _sentence(error)
    if json_is_asked():
        code = {"code": error.code} if isinstance(error, BadFile) else {}
        echo(as_json({"error": told} | code), err=True)
    else:
        echo(f"error: {told}{_help(error)}", err=True)


def _sentence(error: LeadPipelineError | click.ClickException | str) -> str:
    if not isinstance(error, click.ClickException):
        return str(error)
    told = error.format_message()
    return told[:1].lower() + told[1:].rstrip(".")


def _help(error: object) -> str:
    """Where to read more about a command that was mistyped."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return ""
    return f" (see `{error.ctx.command_path} --help`)"

"""The command that tells how this installation is, and what to do where something is wrong."""

import shutil
import sys
from textwrap import wrap
from typing import Any

import click

from lead_pipeline.cli.options import as_json
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import FAILED
from lead_pipeline.settings import load_settings

_INDENT = " " * 17


@click.command()
@as_json
def doctor(as_json: bool) -> int:
    """Tell what is reachable, what runs, and what is wrong.

    Looked at are LEADS_HOME and its permissions, disk, bucket, the processes of `lead-pipeline up`,
    database, the rights of its role, clock, tables, and Dagster's daemon. Also told are versions
    and the settings in force. Exits with 1 if something is wrong. Works when nothing runs.
    """
    from lead_pipeline.stack.health import examine

    found = examine(load_settings())
    tell(as_json, found, _in_words(found))
    return 0 if found["fine"] else FAILED


def _in_words(found: dict[str, Any]) -> str:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    lines = []
    for one in found["findings"]:
        told = f"{'ok   ' if one['fine'] else 'WRONG'}  {one['name']:<9} {one['told']}"
        lines += wrap(told, width, subsequent_indent=_INDENT)
        if not one["fine"]:
            lines += wrap(
                f"-> {one['advice']}", width, initial_indent=_INDENT, subsequent_indent=_INDENT
            )
    versions = (f"{name} {number or '?'}" for name, number in found["versions"].items())
    lines += ["", ", ".join(versions), ""]
    lines += [f"{name}={value}" for name, value in found["settings"].items()]
    return "\n".join(lines)

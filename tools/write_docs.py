"""Writes what the docs take from the code: docs/cli.md, docs/fields.md and the README's preview.

Run as `python tools/write_docs.py` after a change of commands or fields. `written` only
tells what should stand there, so that a test can compare it.
"""

import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import dropwhile
from pathlib import Path

import click

from lead_pipeline.cli import commands
from lead_pipeline.fields.catalogue import fields, profiles
from lead_pipeline.fields.model import Profile
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import read_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres

PROJECT = Path(__file__).parent.parent
_WIDTH = 100
_SPELLINGS = 4  # shown of each field; `lead-pipeline fields` has all

_COMMANDS = """\
# Commands

What each command prints with `--help`; written by `tools/write_docs.py`. Those that print data or
change something have `--json`, one document a line. Exit codes: 0 done, 1 failed, 2 wrong usage, 3
done but rows were rejected, 4 held: a person is to look first. An import is named by its number,
its file's name or its partition.
`lead-pipeline completion bash` (or `zsh`, `fish`) lets the shell complete them.
"""
_FIELDS = """\
# Fields

The one list of what a column can mean, from `lead_pipeline/fields/fields.csv`; written by
`tools/write_docs.py`. There are {count}: a range such as `{{n:1-8}}` in a name stands for as many
of them. A header is matched whatever its case and punctuation; `lead-pipeline fields` lists every
spelling, `lead-pipeline fields phone` those with the word. What feeds no field is kept in `extra`.
*Row* fields speak of the whole row, *contact* fields of one person in it. What a lead keeps stands
in `leads_master` under the name of the field, with its type, or under the one that is given here;
of the rest, names, mails and phones are there in a shape of their own, all else is in the archive.

| field | kind | of | on the lead | what it is | also spelled |
|---|---|---|---|---|---|
"""
_LAYOUTS = """
## Known layouts

A profile (`lead_pipeline/fields/profiles/`) knows an export by its headers, and what makes a
contact of it callable. `--profile NAME` states one.

| profile | layout | source | callable with |
|---|---|---|---|
"""


def written() -> Mapping[str, str]:
    """Path below the project -> what it should hold."""
    return {"docs/cli.md": cli(), "docs/fields.md": field_list(), "README.md": readme()}


def cli() -> str:
    """Every command with the help that it prints."""
    told = [
        f"## {path}\n\n```text\n{_help(path, command)}\n```\n"
        for path, command in _walk(commands, "lead-pipeline")
    ]
    return "\n".join([_COMMANDS, *told])


def field_list() -> str:
    """Every field, and every known layout."""
    text = files("lead_pipeline.fields").joinpath("fields.csv").read_text(encoding="utf-8")
    listed = [_field_line(row) for row in csv.DictReader(text.splitlines())]
    layouts = [
        f"| `{name}` | {profile.title} | {profile.source} | {_callable_with(profile)} |\n"
        for name, profile in profiles().items()
    ]
    return "".join([_FIELDS.format(count=len(fields())), *listed, _LAYOUTS, *layouts])


def _callable_with(profile: Profile) -> str:
    return "makes no leads" if profile.is_feedback else profile.contactable.replace("_", " ")


def _field_line(row: Mapping[str, str]) -> str:
    spelled = [alias for alias in row["aliases"].split("|") if alias not in ("", "-")]
    more = f", and {len(spelled) - _SPELLINGS} more" if len(spelled) > _SPELLINGS else ""
    kept = row["lead"] if row["lead"] in ("", "yes") else f"`{row['lead']}`"
    return (
        f"| `{row['name']}` | {row['kind']} | {row['level']} | {kept} | {row['description']} | "
        f"{', '.join(spelled[:_SPELLINGS])}{more} |\n"
    )


def readme() -> str:
    """The README with what `preview` says of the rows of its messy file."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    (messy,) = re.findall(r"^<!-- messy file -->\n```csv\n(.*?)^```$", text, re.M | re.S)
    before, begin, rest = text.partition("<!-- what is said of it -->\n```text\n")
    after = rest[rest.index("```\n") :]
    return before + begin + _preview(messy) + after


def _preview(content: str) -> str:
    """Beside an empty database, because rows of one file are matched there."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder, "home"), durable=False)
        server.start()
        environment = {
            "LEADS_HOME": folder,
            "LEADS_DATABASE_URL": server.url,
            "LEADS_DATABASE_OWNER_URL": server.owner_url,
        }
        upgrade(read_settings(environment))
        path = Path(folder, "acme_may.csv")
        path.write_text(content, encoding="utf-8")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("lead-pipeline")), "preview", str(path)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,  # rows are rejected, so it is 3
        )
        server.stop()
    said = dropwhile(lambda line: not line.startswith("row "), done.stdout.splitlines())
    return "".join(f"{line.rstrip()}\n" for line in said)


def _walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if path.count(" "):
        yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _walk(command.commands[name], f"{path} {name}")


def _help(path: str, command: click.Command) -> str:
    settings = {**commands.context_settings, **command.context_settings}
    context = click.Context(command, info_name=path, terminal_width=_WIDTH, **settings)
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


if __name__ == "__main__":
    for name, content in written().items():
        PROJECT.joinpath(name).write_text(content, encoding="utf-8")

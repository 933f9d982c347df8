"""The command that tries the rules for tags on a file."""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import click

from lead_pipeline.cli.faults import about
from lead_pipeline.cli.options import a_file, as_json
from lead_pipeline.cli.terminal import echo
from lead_pipeline.settings import load_settings


@click.group()
def tags() -> None:
    """Tags that leads get by the rules of tags.toml."""


@tags.command("test")
@click.argument("file", type=a_file)
@click.option("--rules", type=a_file, help="Rules to try (default: those that imports use).")
@as_json
def test_rules(file: Path, rules: Path | None, as_json: bool) -> None:
    """Show how many leads of FILE would get which tag.

    With the first rows of each. The rules are those of LEADS_HOME/tags.toml if there is one.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.output import counted
    from lead_pipeline.imports.preview import DryRun
    from lead_pipeline.intake.files import require_file

    settings = load_settings()
    counts: Counter[str] = Counter()
    rows: dict[str, list[int]] = defaultdict(list)
    require_file(file)
    if rules is not None:
        require_file(rules)
        settings = replace(settings, tag_rules=rules)
    with about(file):
        run = DryRun(file, settings)
    for row in run.rows(None):
        for contact in row["contacts"]:
            for tag in contact["lead"].get("tags", ()):
                counts[tag] += 1
                if len(rows[tag]) < 5:
                    rows[tag].append(row["row"])
    for tag, count in counts.most_common():
        told = {"tag": tag, "leads": count, "rows": rows[tag]}
        first = ", ".join(map(str, rows[tag]))
        text = f"{tag}: {counted(count, 'lead')}, first in rows {first}"
        echo(dumps(told) if as_json else text)
    if not counts and not as_json:
        echo("no lead of this file gets a tag")

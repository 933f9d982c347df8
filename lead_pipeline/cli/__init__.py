"""The commands of `lead-pipeline`: they parse, call the package, and print. Logic is elsewhere.

What a command does not need it does not import: those without Dagster answer within a second.
"""

import sys

import click

from lead_pipeline.cli import (
    dnc,
    files,
    imports,
    leads,
    partitions,
    registry,
    settle,
    stack,
    tags,
)
from lead_pipeline.cli.session import FAILED
from lead_pipeline.errors import LeadPipelineError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lead-pipeline")
def commands() -> None:
    """Lists of sales leads in, clean and callable leads out, every row accounted for."""


for command in (
    stack.up,
    files.drop,
    files.preview,
    files.retry,
    imports.status,
    imports.errors,
    leads.explain,
    leads.undo,
    partitions.retire,
    registry.sources,
    registry.suppliers,
    settle.mappings,
    settle.reading,
    tags.tags,
    dnc.dnc,
):
    commands.add_command(command)


def main() -> None:
    """Entry point of the console script; errors made for people are printed as one line."""
    try:
        sys.exit(commands(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except LeadPipelineError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, as `head` does
        sys.exit(FAILED)

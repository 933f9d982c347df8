"""The commands of `lead-pipeline`: they parse, call the package, and print. Logic is elsewhere.

What a command does not need it does not import: those without Dagster answer within a second.
"""

import errno
import sys

import click

from lead_pipeline import tracker
from lead_pipeline.cli import (
    completion,
    dnc,
    doctor,
    drop,
    explain,
    fields,
    imports,
    leadconduit,
    leads,
    merges,
    money,
    notices,
    partitions,
    preview,
    psql,
    pull,
    registry,
    retry,
    review,
    settle,
    stack,
    stats,
    tags,
    tokens,
    undo,
)
from lead_pipeline.cli.faults import show_fault
from lead_pipeline.cli.session import FAILED
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.settings.home import keep_private

# What a person can mend: rights, a disk that is full or mounted read-only.
_OF_THE_MACHINE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lead-pipeline")
def commands() -> None:
    """Lists of sales leads in, clean and callable leads out, every row accounted for.

    Begin with `lead-pipeline up --demo`, then `lead-pipeline drop FILE --wait`.

    Every command that prints or changes something has --json (one document a line; a fault is one
    object with `error` on stderr). Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but rows
    were rejected, 4 held: a person is to look first.
    """


for command in (
    stack.up,
    drop.drop,
    drop.import_,
    preview.preview,
    retry.retry,
    imports.status,
    imports.errors,
    stats.stats,
    notices.notices,
    review.review,
    review.confirm,
    review.discard,
    review.again,
    explain.explain,
    leads.leads,
    undo.undo,
    merges.merges,
    partitions.retire,
    pull.pull,
    leadconduit.leadconduit,
    registry.sources,
    registry.suppliers,
    settle.mappings,
    settle.reading,
    tags.tags,
    dnc.dnc,
    fields.fields,
    tokens.tokens,
    psql.psql,
    doctor.doctor,
    completion.completion,
):
    commands.add_command(command)
for command in (money.terms, money.returns, money.statements, money.report):
    registry.suppliers.add_command(command)


def main() -> None:
    """Entry point of the console script; errors made for people are printed as one line."""
    keep_private()
    try:
        sys.exit(commands(standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        show_fault(error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except LeadPipelineError as error:
        show_fault(error)
        sys.exit(FAILED)
    except UnicodeEncodeError:
        if not _typed_in_another_encoding():
            raise
        show_fault("what was typed is not valid UTF-8: rename the file, or type it anew")
        sys.exit(FAILED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, as `head` does
        sys.exit(FAILED)
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        show_fault(f"{error.filename or 'a file'} cannot be written or read: {error.strerror}")
        sys.exit(FAILED)
    except Exception as error:
        tracker.tell(error)
        raise


def _typed_in_another_encoding() -> bool:
    """Whether an argument holds bytes that are no UTF-8, which no database takes."""
    return any("\udc80" <= letter <= "\udcff" for word in sys.argv[1:] for letter in word)

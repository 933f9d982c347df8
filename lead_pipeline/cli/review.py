"""The commands about imports that wait for a person, and about reading a file once more."""

from contextlib import ExitStack
from getpass import getuser
from typing import TYPE_CHECKING

import click

from lead_pipeline.cli.faults import show_fault
from lead_pipeline.cli.options import MOST_ROWS, as_json, timeout, wait
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import FAILED, open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection
    from lead_pipeline.ledger import Import

_import = click.argument("import_", metavar="IMPORT")


@click.command()
@click.argument("import_", metavar="[IMPORT]", required=False)
@click.option(
    "--rows",
    type=click.IntRange(0, MOST_ROWS),
    default=10,
    show_default=True,
    metavar="N",
    help="How many contacts to show.",
)
@as_json
def review(import_: str | None, rows: int, as_json: bool) -> None:
    """List what waits for a person, or show why IMPORT does.

    `lead-pipeline confirm IMPORT` lets it count as shown, `discard` ends it, and `again` reads the
    file once more after a mapping or a way of reading was settled.
    """
    from lead_pipeline.cli.import_view import imports_table
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.references import only
    from lead_pipeline.cli.review_view import show_held
    from lead_pipeline.imports.review import held_facts
    from lead_pipeline.ledger import imports_held
    from lead_pipeline.ledger.facts import import_facts

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if import_ is None:
            held = imports_held(session)
            if as_json:
                for one in held:
                    echo(dumps(import_facts(one)))
            elif held:
                console().print(imports_table(held, console().width))
            else:
                echo("no import waits for a person")
            return
        found = only(session, import_)
        facts = held_facts(session, found, rows)
    if as_json:
        echo(dumps(facts))
    else:
        show_held(console(), found, facts["contacts"])


@click.command()
@_import
@wait
@timeout
@as_json
def confirm(import_: str, wait: bool, timeout: int, as_json: bool) -> int:
    """Let the held IMPORT count, as `lead-pipeline review` shows it."""
    from lead_pipeline.imports.review import confirm as say_yes

    with ExitStack() as stack:
        session, found = _one(stack, import_)
        done = say_yes(session, found, getuser())
        return _told(session, [done], "confirmed: it goes on", wait, timeout, as_json)


@click.command()
@_import
@as_json
def discard(import_: str, as_json: bool) -> None:
    """End the held IMPORT without a lead.

    The file stays in the bucket, and may be dropped again.
    """
    from lead_pipeline.imports.review import discard as say_no

    with ExitStack() as stack:
        session, found = _one(stack, import_)
        done = say_no(session, found, getuser())
        _told(session, [done], "discarded: it brought no lead", False, 0, as_json)


@click.command()
@click.argument("imports", metavar="[IMPORT]...", nargs=-1)
@click.option("--failed", is_flag=True, help="All imports that are failed.")
@wait
@timeout
@as_json
def again(imports: tuple[str, ...], failed: bool, wait: bool, timeout: int, as_json: bool) -> int:
    """Read files once more, as things are settled now.

    Each IMPORT is held, failed or rejected. It begins afresh, with all attempts.
    """
    from lead_pipeline.cli.references import only
    from lead_pipeline.imports.review import read_again
    from lead_pipeline.ledger import imports_failed

    if bool(imports) is failed:
        raise click.UsageError("name at least one IMPORT, or give --failed")
    code = 0
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        found = imports_failed(session) if failed else [only(session, one) for one in imports]
        if not found:
            echo("no import is failed", err=True)
        begun = []
        for one in found:
            try:
                begun.append(read_again(session, one))
            except OperatorError as error:  # the others begin nevertheless
                show_fault(error)
                code = FAILED
        ended = _told(session, begun, "its file is read once more", wait, timeout, as_json)
        return code or ended


def _one(stack: ExitStack, reference: str) -> tuple["Connection", "Import"]:
    from lead_pipeline.cli.references import only

    session = open_session(stack, load_settings())
    return session, only(session, reference)


def _told(
    session: "Connection", done: "list[Import]", said: str, wait: bool, timeout: int, as_json: bool
) -> int:
    """Say what was done, or wait for what comes of it; the exit code."""
    from lead_pipeline.cli.waiting import wait_and_tell
    from lead_pipeline.intake.drop import Dropped
    from lead_pipeline.ledger.facts import import_facts

    if wait:
        versions = [Dropped(d.object_key, d.object_key, d.version_tag, d.bytes) for d in done]
        return wait_and_tell(session, versions, timeout, as_json)
    for one in done:
        told = f"import {one.import_id}: {one.object_key}: {said}"
        tell(as_json, import_facts(one) if as_json else None, told)
    return 0

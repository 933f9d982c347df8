"""The commands of `lead-pipeline`: they parse, call the package, and print. Logic is elsewhere.

What a command does not need it does not import: those without Dagster answer within a second.
"""

import csv
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from lead_pipeline.database import Connection

FAILED = 1
REJECTED_ROWS = 3

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one document a line.")
_file = click.Path(path_type=Path, dir_okay=False)


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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="lead-pipeline")
def commands() -> None:
    """Lists of sales leads in, clean and callable leads out, every row accounted for."""


@commands.command()
@click.option("--port", default=3000, show_default=True, help="Port of the Dagster UI.")
@click.option("--demo", is_flag=True, help="Also drop sample files, to see the pipeline work.")
def up(port: int, demo: bool) -> None:
    """Run everything on this machine until Ctrl-C: database, bucket, Dagster UI and daemon."""
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.demo import drop_demo_files
    from lead_pipeline.stack.up import running

    settings = load_settings()
    with running(settings, port, click.echo) as stack:
        bucket = open_bucket(settings.bucket_url)
        if demo:
            for key in drop_demo_files(bucket):
                click.echo(f"dropped {key}")
        click.echo(
            f"\n  Dagster UI   {stack.url}\n"
            f"  bucket       {bucket.url}\n"
            f"  logs         {settings.home / 'logs'}\n"
            f"  Dagster CLI  export DAGSTER_HOME={settings.dagster_home}\n\n"
            "Drop files into the bucket, or use `lead-pipeline drop FILE`. Ctrl-C stops it all."
        )
        try:
            stack.watch()
        except KeyboardInterrupt:
            click.echo()


@commands.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@click.option("--supplier", help="Who sold the list: the folder it goes to.")
@click.option("--new-version", is_flag=True, help="Accept a known name with other content.")
@click.option("--wait", is_flag=True, help="Show the progress until every file is done.")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait at most.")
@_json
def drop(
    files: tuple[Path, ...],
    supplier: str | None,
    new_version: bool,
    wait: bool,
    timeout: float,
    as_json: bool,
) -> int:
    """Put FILES into the bucket; the pipeline does the rest.

    Refused are files over the limit, empty ones, and those that are there already. Exits with 3 if
    rows were rejected (with --wait).
    """
    from dataclasses import asdict

    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.dropping import drop_file
    from lead_pipeline.ledger import Status
    from lead_pipeline.showing import as_json as dumps
    from lead_pipeline.showing import import_facts, outcome_line
    from lead_pipeline.watching import wait_for

    settings = load_settings()
    bucket = open_bucket(settings.bucket_url)
    dropped, refused, code = [], 0, 0
    with ExitStack() as stack:
        try:
            session = _session(stack, settings)
        except OutsideTrouble:
            if wait:
                raise
            session = None  # the file waits in the bucket until the stack runs
        for path in files:
            try:
                one = drop_file(
                    path, bucket, settings,
                    supplier=supplier, new_version=new_version, session=session,
                )  # fmt: skip
            except LeadPipelineError as error:
                click.echo(f"error: {error}", err=True)
                refused += 1
                continue
            dropped.append(one)
            if not wait:
                click.echo(dumps(asdict(one)) if as_json else f"dropped {one.object_key}")
        if session is None:
            click.echo("nothing runs here yet: `lead-pipeline up` will import it", err=True)
        elif wait:
            for done in wait_for(session, dropped, timeout, show=not as_json):
                click.echo(dumps(import_facts(done)) if as_json else outcome_line(done))
                if done.status is not Status.COMPLETED:
                    refused += 1
                elif done.rows_rejected:
                    code = REJECTED_ROWS
    return FAILED if refused else code


@commands.command()
@click.argument("files", nargs=-1, required=True, type=_file)
@click.option("--rows", default=10, show_default=True, help="Rows to show; 0 shows all.")
@_json
def preview(files: tuple[Path, ...], rows: int, as_json: bool) -> int:
    """Show what an import of FILES would do, and write nothing.

    Runs the code of a real import. Exits with 3 if rows would be rejected.
    """
    from lead_pipeline.errors import BadFile
    from lead_pipeline.previewing import preview_file
    from lead_pipeline.showing import as_json as dumps
    from lead_pipeline.showing import show_preview

    settings, code = load_settings(), 0
    for path in files:
        try:
            found = preview_file(path, settings, rows or None)
        except (BadFile, OSError) as error:
            code = FAILED
            if as_json and isinstance(error, BadFile):
                fault = {"code": error.code, "reason": str(error)}
                click.echo(dumps({"file": {"name": path.name}, "error": fault}))
            click.echo(f"error: {path}: {error}", err=True)
            continue
        if as_json:
            click.echo(dumps(found))
        else:
            show_preview(_console(), found)
        if found["counts"]["rows"]["rejected"] and code == 0:
            code = REJECTED_ROWS
    return code


@commands.command()
@click.argument("import_", metavar="[IMPORT]", required=False)
@click.option("--last", default=20, show_default=True, help="How many imports to list.")
@_json
def status(import_: str | None, last: int, as_json: bool) -> None:
    """List the newest imports, or show one in detail (by number, file name or partition)."""
    from lead_pipeline import ledger
    from lead_pipeline.showing import as_json as dumps
    from lead_pipeline.showing import import_facts, imports_table, show_import

    with ExitStack() as stack:
        session = _session(stack, load_settings())
        if import_ is not None:
            found = [ledger.find(session, import_)]
        else:
            found = ledger.newest_imports(session, last)
    if as_json:
        for one in found:
            click.echo(dumps(import_facts(one)))
    elif import_ is not None:
        show_import(_console(), found[0])
    elif found:
        _console().print(imports_table(found))
    else:
        click.echo("no imports yet: drop a file into the bucket")


@commands.command()
@click.argument("import_", metavar="IMPORT")
@click.option("-o", "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-",
              help="Write to this file instead of the terminal.")  # fmt: skip
@_json
def errors(import_: str, output: IO[str], as_json: bool) -> int:
    """Print the rejected rows of IMPORT as CSV: the file's own columns, then why.

    The columns stand in their original order, followed by _row, _code and _reason.
    """
    from lead_pipeline import ledger
    from lead_pipeline.rejects import error_rows
    from lead_pipeline.showing import as_json as dumps

    with ExitStack() as stack:
        session = _session(stack, load_settings())
        header, rows = error_rows(session, ledger.find(session, import_))
        if as_json:
            for row in rows:
                click.echo(dumps(dict(zip(header, row, strict=False))), file=output)
        else:
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    return 0


def _session(stack: ExitStack, settings: Settings) -> "Connection":
    """A session with the database for the length of `stack`.

    Raises:
        OutsideTrouble: it does not run; the message says how to start it.
    """
    from lead_pipeline.database import connect

    try:
        return stack.enter_context(connect(settings.database_url, autocommit=True))
    except OutsideTrouble as error:
        hint = "`lead-pipeline up` starts it" if settings.embedded else "LEADS_DATABASE_URL is set"
        raise OutsideTrouble(f"{error} ({hint}; LEADS_HOME is {settings.home})") from error


def _console() -> "Console":
    from rich.console import Console

    # A table that is piped somewhere is not cut to the width of a terminal that is not there.
    return Console() if sys.stdout.isatty() else Console(width=200)


if __name__ == "__main__":
    main()

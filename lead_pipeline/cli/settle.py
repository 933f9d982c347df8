"""The commands that settle what would otherwise be guessed: mappings and ways of reading."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.cli.faults import about
from lead_pipeline.cli.options import as_json, choices_of, reading_options
from lead_pipeline.cli.output import shortened, tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings import load_settings

if TYPE_CHECKING:
    from lead_pipeline.database import Connection

_like = click.argument("like", metavar="IMPORT_OR_FILE")
_supplier = click.option("--supplier", help="Only for this supplier's files (default: anyone's).")


@click.group()
def mappings() -> None:
    """Corrections of which field a column feeds.

    Each is remembered for every file with that header.
    """


@mappings.command("list")
@as_json
def list_mappings(as_json: bool) -> None:
    """List every correction, with the headers of its files."""
    from lead_pipeline.choices import mappings as choices

    with ExitStack() as stack:
        found = choices.all_corrections(open_session(stack, load_settings()))
    for row in found:
        facts = row | {"ignored": choices.is_stale(row["field"])}
        tell(as_json, facts, _in_line(facts, console().width))
    if not found and not as_json:
        echo("no corrections yet: `lead-pipeline mappings set IMPORT_OR_FILE COLUMN FIELD`")


def _in_line(row: dict[str, Any], width: int) -> str:
    """A correction, and below it the headers of its files, where one of them was imported."""
    mark = "  (ignored: there is no such field any more)" if row["ignored"] else ""
    whose = row["object_key"] or row["supplier"] or "anyone"
    told = f"{whose}: {_fed(row['header'], row['field'])}{mark}"
    headers = ", ".join(row["headers"]) if row["headers"] else "no import has had this header yet"
    return f"{told}\n    {shortened(headers, width - 4)}"


def _fed(column: str, field: str | None) -> str:
    return f"{column} -> {field or '(kept in extra)'}"


@mappings.command("set")
@_like
@click.argument("column")
@click.argument("field", required=False)
@click.option("--extra", is_flag=True, help="The column means nothing: keep it in extra.")
@_supplier
@as_json
def set_mapping(
    like: str, column: str, field: str | None, extra: bool, supplier: str | None, as_json: bool
) -> None:
    """Let COLUMN feed FIELD in every file with that header.

    The header is that of IMPORT_OR_FILE, whatever its order, case and punctuation. `lead-pipeline
    fields` lists the fields. An import is named by its number or its file's name.
    """
    from lead_pipeline.choices import mappings as choices

    if (field is None) is not extra:
        raise click.UsageError("give either a FIELD or --extra")
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        choices.correct(session, _header(session, like), choices.For(supplier), column, field)
    facts = {"supplier": supplier, "header": column, "field": field}
    tell(as_json, facts, f"{_fed(column, field)}, from the next file on")


@mappings.command("forget")
@_like
@click.argument("column")
@_supplier
@as_json
def forget_mapping(like: str, column: str, supplier: str | None, as_json: bool) -> None:
    """Let COLUMN be matched by itself again."""
    from lead_pipeline.choices import mappings as choices

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        header, whose = _header(session, like), choices.For(supplier)
        if not choices.forget_correction(session, header, whose, column):
            raise OperatorError(f"there is no such correction of {column!r}")
    facts = {"supplier": supplier, "header": column}
    tell(as_json, facts, f"{column} is matched by itself again")


@click.group()
def reading() -> None:
    """How a supplier's files are to be read.

    What is not settled is found out, file by file.
    """


@reading.command("list")
@as_json
def list_readings(as_json: bool) -> None:
    """List what was settled, for suppliers and objects."""
    from lead_pipeline.choices import reading as choices

    with ExitStack() as stack:
        found = choices.all_readings(open_session(stack, load_settings()))
    for row in found:
        tell(as_json, row, f"{row['scope']} {row['name']}: {_in_words(row['choices'])}")
    if not found and not as_json:
        echo("nothing is settled: `lead-pipeline reading set SUPPLIER --delimiter ';'`")


@reading.command("set")
@click.argument("supplier")
@reading_options
@as_json
def set_reading(supplier: str, as_json: bool, **options: Any) -> None:
    """Settle how the files of SUPPLIER are read.

    What is not stated is found out.
    """
    from lead_pipeline.choices import reading as choices

    stated = choices_of(options)
    if not stated.stated:
        raise click.UsageError("state at least one of the options")
    with ExitStack() as stack:
        choices.settle_reading(open_session(stack, load_settings()), "supplier", supplier, stated)
    facts = {"scope": "supplier", "name": supplier, "choices": stated.stated}
    tell(as_json, facts, f"{supplier}: {_in_words(stated.stated)}")


@reading.command("forget")
@click.argument("supplier")
@as_json
def forget_reading(supplier: str, as_json: bool) -> None:
    """Find out again how files of SUPPLIER are read."""
    from lead_pipeline.choices import reading as choices

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if not choices.forget_reading(session, "supplier", supplier):
            raise OperatorError(f"nothing was settled for {supplier!r}")
    facts = {"scope": "supplier", "name": supplier}
    tell(as_json, facts, f"{supplier}: found out again")


def _in_words(stated: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in stated.items())


def _header(session: "Connection", like: str) -> list[str]:
    """The header of a file on this machine, or of an import."""
    from contextlib import closing

    from lead_pipeline.cli.references import newest
    from lead_pipeline.explain.columns import header_of
    from lead_pipeline.intake.files import require_file
    from lead_pipeline.reading import open_lead_file

    path = Path(like)
    if path.exists():
        require_file(path)
        with about(path), closing(open_lead_file(path, path.name)) as file:
            return list(file.layout.header)
    try:
        import_ = newest(session, like)
    except OperatorError as error:
        raise OperatorError(f"{like}: there is no such file, and {error}") from error
    return header_of(import_)

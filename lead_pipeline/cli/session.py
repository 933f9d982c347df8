"""What several commands share: exit codes, usual options, a session with the database."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from lead_pipeline.choices.reading import Choices
    from lead_pipeline.database import Connection

FAILED = 1
REJECTED_ROWS = 3

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one document a line.")
a_file = click.Path(path_type=Path, dir_okay=False)


class Price(click.ParamType[Decimal]):
    """An amount of money, not below zero."""

    name = "amount"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        try:
            amount = Decimal(value)
        except (InvalidOperation, TypeError):
            self.fail(f"{value!r} is no amount, such as 12.50", param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail("a lead costs nothing or more", param, ctx)
        return amount


a_price = Price()


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that state how a file is to be read, instead of leaving it to be found out."""
    for option in (
        click.option(
            "--date-order",
            type=click.Choice(["month", "day"]),
            help="What comes first in dates such as 03/04/2026.",
        ),
        click.option("--sheet", help="Name of the workbook's sheet."),
        click.option("--header-row", type=click.IntRange(min=0), help="Its row; 0: no header."),
        click.option("--quote", help="Character around cells."),
        click.option("--delimiter", help=r"Character(s) between cells; \t is a tab."),
        click.option("--encoding", help="Such as utf-8 or windows-1252."),
        click.option("--profile", help="Name of the export's layout."),
    ):
        command = option(command)
    return command


def choices_of(options: dict[str, Any]) -> "Choices":
    """The values of `reading_options`."""
    from lead_pipeline.choices.reading import Choices

    if options["delimiter"] == r"\t":  # a tab is hard to type
        options = options | {"delimiter": "\t"}
    return Choices(**options)


def open_session(stack: ExitStack, settings: Settings) -> "Connection":
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


def open_session_if_any(stack: ExitStack, settings: Settings) -> "Connection | None":
    """A session with the database, or None where none runs."""
    try:
        return open_session(stack, settings)
    except OutsideTrouble:
        return None


def console() -> "Console":
    from rich.console import Console

    # A table that is piped somewhere is not cut to the width of a terminal that is not there.
    return Console(width=None if sys.stdout.isatty() else 200, emoji=False)

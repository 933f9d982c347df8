"""Options and arguments that several commands share, with what may be typed for them.

Every number has a least and a most, so that none reaches code that cannot bear it.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from lead_pipeline.errors import OperatorError

if TYPE_CHECKING:
    from lead_pipeline.choices.reading import Choices

MOST_ROWS = 1_000_000_000
_MOST_DAYS = 36_500  # a century
_MOST_DECIMALS = 4
_MOST_SECONDS = 7 * 24 * 3600

days = click.IntRange(1, _MOST_DAYS)
days_or_none = click.IntRange(0, _MOST_DAYS)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one document a line.")
# Whether it is there and may be read is told by `require_file`, in the words of every command.
a_file = click.Path(path_type=Path)
wait = click.option("--wait", is_flag=True, help="Show the progress until all is done.")
timeout = click.option(
    "--timeout",
    type=click.IntRange(0, _MOST_SECONDS),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="Longest time to wait.",
)


class Price(click.ParamType[Decimal]):
    """An amount of money, from 0 to a million."""

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
        if amount > 1_000_000 or amount != round(amount, _MOST_DECIMALS):
            self.fail(f"{value} is no price of one lead", param, ctx)
        return amount


class Region(click.ParamType[str]):
    """A country in two letters, as libphonenumber and ISO 3166-1 write it."""

    name = "region"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        region = str(value).strip().upper()
        if not re.fullmatch("[A-Z]{2}", region):
            self.fail(f"{value!r} is no region: say two letters, such as US, DE or IN", param, ctx)
        return region


class Currency(click.ParamType[str]):
    """A code of ISO 4217, such as EUR."""

    name = "currency"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not re.fullmatch("[A-Z]{3}", str(value)):
            self.fail(f"{value!r} is no currency, such as EUR", param, ctx)
        return str(value)


a_price = Price()
a_currency = Currency()
a_region = Region()


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that state how a file is to be read, instead of leaving it to be found out."""
    for option in (
        click.option(
            "--region",
            type=a_region,
            metavar="COUNTRY",
            help="Whose phones and addresses they are that say no country, such as DE.",
        ),
        click.option(
            "--date-order",
            type=click.Choice(["month", "day"]),
            help="What comes first in dates such as 03/04/2026.",
        ),
        click.option(
            "--hidden-rows",
            type=click.Choice(["import", "skip"]),
            help="What to do with the hidden and filtered rows of a workbook.",
        ),
        click.option("--sheet", help="Name of the workbook's sheet."),
        click.option(
            "--header-row",
            type=click.IntRange(0, MOST_ROWS),
            metavar="ROW",
            help="Row of the header, from 1; 0: there is none.",
        ),
        click.option("--quote", help="Character around cells."),
        click.option("--delimiter", help=r"Character(s) between cells; \t is a tab."),
        click.option("--encoding", help="Such as utf-8 or windows-1252."),
        click.option("--profile", help="Name of the export's layout, such as property_export."),
    ):
        command = option(command)
    return command


def choices_of(options: dict[str, Any]) -> "Choices":
    """The values of `reading_options`."""
    from lead_pipeline.choices.reading import Choices

    if options["delimiter"] == r"\t":  # a tab is hard to type
        options = options | {"delimiter": "\t"}
    return Choices(**options)


def open_output(stack: ExitStack, path: Path) -> IO[str]:
    """A new text file for the length of `stack`; what stood there before is gone.

    Raises:
        OperatorError: it cannot be written.
    """
    try:
        return stack.enter_context(path.open("w", encoding="utf-8", newline=""))
    except OSError as error:
        raise OperatorError(f"{path}: cannot be written: {error.strerror}") from error

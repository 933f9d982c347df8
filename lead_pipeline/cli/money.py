"""The commands about money: terms, returns, statements, and what lists are worth."""

from contextlib import ExitStack
from datetime import date, datetime
from getpass import getuser
from pathlib import Path

import click

from lead_pipeline.cli.options import a_file, as_json
from lead_pipeline.cli.output import as_json as dumps
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import load_settings

_lead = click.IntRange(1, 2**63 - 1)
_number = click.IntRange(1, 2**31 - 1)
_STATES = ["open", "approved", "refused", "withdrawn"]


class Month(click.ParamType[date]):
    """A month, such as 2026-01."""

    name = "month"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return datetime.strptime(str(value), "%Y-%m").date()  # noqa: DTZ007 - a day of no zone
        except ValueError:
            self.fail(f"{value!r} is no month, such as 2026-01", param, ctx)


@click.group()
def terms() -> None:
    """What is agreed with a supplier, from a day on (docs/money.md)."""


@terms.command("show")
@click.argument("supplier")
@as_json
def show_terms(supplier: str, as_json: bool) -> None:
    """Print the terms of SUPPLIER that hold today, as TOML."""
    from lead_pipeline.suppliers.agreement import write_terms
    from lead_pipeline.suppliers.suppliers import terms_of_today

    with ExitStack() as stack:
        agreement = terms_of_today(open_session(stack, load_settings()), supplier)
    tell(as_json, agreement.plain, write_terms(agreement).rstrip())


@terms.command("set")
@click.argument("supplier")
@click.argument("file", type=a_file)
@click.option(
    "--from",
    "valid_from",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The first day on which files come under them; else from the next file on.",
)
@as_json
def set_terms(supplier: str, file: Path, valid_from: datetime | None, as_json: bool) -> None:
    """Settle all terms of SUPPLIER, as the TOML FILE says."""
    from lead_pipeline.intake.files import require_file
    from lead_pipeline.suppliers.agreement import read_terms
    from lead_pipeline.suppliers.suppliers import settle_terms

    require_file(file)
    agreement = read_terms(file.read_text(encoding="utf-8", errors="replace"))
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        day = valid_from.date() if valid_from else None
        row = settle_terms(session, supplier, agreement, day, getuser())
    told = f"from {row['valid_from']} on" if valid_from else "from the next file on"
    tell(as_json, row, f"{supplier}: these terms hold {told}")


@terms.command("history")
@click.argument("supplier")
@as_json
def terms_history(supplier: str, as_json: bool) -> None:
    """List all terms of SUPPLIER, the latest first."""
    from lead_pipeline.cli.money_view import terms_table
    from lead_pipeline.suppliers.suppliers import history

    with ExitStack() as stack:
        found = history(open_session(stack, load_settings()), supplier)
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(terms_table(found))
    elif not as_json:
        echo(f"nothing was agreed with {supplier}")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(_STATES), help="Only those that stand there.")
@as_json
@click.pass_context
def returns(context: click.Context, state: str | None, as_json: bool) -> None:
    """List the leads that were given back to suppliers."""
    from lead_pipeline.cli.money_view import returns_table
    from lead_pipeline.money.returns import State, all_returns

    if context.invoked_subcommand is not None:
        return
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        found = all_returns(session, State(state) if state else None)
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(returns_table(found))
    elif not as_json:
        echo("no lead was given back")


@returns.command("ask")
@click.argument("lead", type=_lead)
@click.argument("reason")
@as_json
def ask_return(lead: int, reason: str, as_json: bool) -> None:
    """Give LEAD back to its supplier, for REASON.

    Somebody approves or refuses it, unless it comes after the window of the terms.
    """
    from lead_pipeline.money.returns import ask

    with ExitStack() as stack:
        row = ask(open_session(stack, load_settings()), lead, reason, getuser())
    why = f": {row['told']}" if row["told"] else ""
    tell(as_json, row, f"return {row['return_id']} is {row['state']}{why}")


@returns.command("approve")
@click.argument("numbers", type=_number, nargs=-1, required=True, metavar="RETURN...")
@as_json
def approve_returns(numbers: tuple[int, ...], as_json: bool) -> None:
    """Approve each RETURN: what was paid is not owed any more."""
    from lead_pipeline.money.returns import approve

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        for number in numbers:
            row = approve(session, number, getuser())
            tell(as_json, row, f"return {number} is approved: lead {row['lead_id']} is credited")


@returns.command("refuse")
@click.argument("number", type=_number, metavar="RETURN")
@click.argument("why")
@as_json
def refuse_return(number: int, why: str, as_json: bool) -> None:
    """Refuse RETURN, and say WHY."""
    from lead_pipeline.money.returns import refuse

    with ExitStack() as stack:
        row = refuse(open_session(stack, load_settings()), number, getuser(), why)
    tell(as_json, row, f"return {number} is refused: {why}")


@click.group(invoke_without_command=True)
@click.option("--supplier", help="Only those of this one.")
@as_json
@click.pass_context
def statements(context: click.Context, supplier: str | None, as_json: bool) -> None:
    """List the monthly statements that were issued."""
    from lead_pipeline.cli.money_view import statements_table
    from lead_pipeline.money.statements import all_statements

    if context.invoked_subcommand is not None:
        return
    with ExitStack() as stack:
        found = all_statements(open_session(stack, load_settings()), supplier)
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(statements_table(found))
    elif not as_json:
        echo("no statement was issued: `lead-pipeline suppliers statements issue SUPPLIER MONTH`")


@statements.command("issue")
@click.argument("supplier")
@click.argument("month", type=Month(), metavar="MONTH")
@click.option("--dry-run", is_flag=True, help="Only say what it would come to.")
@as_json
def issue_statement(supplier: str, month: date, dry_run: bool, as_json: bool) -> None:
    """Freeze the statement of SUPPLIER for a MONTH.

    The month, such as 2026-01, is over; its statement never changes from then on.
    """
    from lead_pipeline.cli.money_view import statement_text
    from lead_pipeline.money.statements import draft, issue

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if dry_run:
            facts = draft(session, supplier, month).facts
        else:
            facts = issue(session, supplier, month, getuser())
    would = "would be " if dry_run else ""
    tell(as_json, facts, would + statement_text(facts))


@statements.command("show")
@click.argument("number", type=_number, metavar="STATEMENT")
@click.option("-o", "--output", type=a_file, help="Into this file: .csv, or .xlsx for Excel.")
@as_json
def show_statement(number: int, output: Path | None, as_json: bool) -> None:
    """Print the lines of STATEMENT as CSV or JSON.

    Or write them into a file, also for Excel.
    """
    from lead_pipeline.money.sheets import as_csv, as_workbook
    from lead_pipeline.money.statements import get_statement, lines_of

    with ExitStack() as stack:
        found = get_statement(open_session(stack, load_settings()), number)
    if output is not None:
        is_workbook = output.suffix.lower() == ".xlsx"
        with output.open("wb") as file:
            if is_workbook:
                file.write(as_workbook(found["content"]))
            else:
                file.writelines(line.encode() for line in as_csv(found["content"]))
        facts = {"statement_id": number, "file": str(output), "lines": found["lines"]}
        tell(as_json, facts, f"{found['lines']:,} lines in {output}")
        return
    for line in lines_of(found["content"]) if as_json else ():
        echo(dumps(line))
    for text in () if as_json else as_csv(found["content"]):
        echo(text.rstrip("\n"))


@click.command()
@click.argument("supplier", required=False)
@click.option(
    "--weeks", type=click.IntRange(1, 520), default=12, show_default=True, help="How many."
)
@as_json
def report(supplier: str | None, weeks: int, as_json: bool) -> None:
    """Say what lists were worth, and who sells whose people.

    Of all suppliers, or of SUPPLIER.
    """
    from lead_pipeline.cli.money_view import overlap_table, worth_table
    from lead_pipeline.money.report import overlap, worth

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        found = [one.facts for one in worth(session, supplier, weeks)]
        pairs = [] if supplier else overlap(session)
    if as_json:
        echo(dumps({"worth": found, "overlap": pairs}))
    elif not found:
        echo("nothing came in these weeks")
    else:
        console().print(worth_table(found))
        if pairs:
            console().print(overlap_table(pairs))

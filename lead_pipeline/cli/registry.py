"""The commands about where leads come from: sources, and the suppliers with their terms."""

from contextlib import ExitStack
from decimal import Decimal
from getpass import getuser

import click

from lead_pipeline.cli.options import (
    MOST_ROWS,
    a_currency,
    a_price,
    a_region,
    as_json,
    days_or_none,
)
from lead_pipeline.cli.output import tell
from lead_pipeline.cli.session import open_session
from lead_pipeline.cli.terminal import console, echo
from lead_pipeline.settings import REVIEWS, load_settings

_SCOPES = ["supplier", "source", "everywhere"]
_USUAL = "usual"
_REGION = "Whose phones and addresses they are that say no country, such as IN."


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def sources(context: click.Context, as_json: bool) -> None:
    """List every source of leads: in total, and of today."""
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.registry_view import sources_table
    from lead_pipeline.suppliers.sources import all_sources

    if context.invoked_subcommand is not None:
        return
    with ExitStack() as stack:
        found = all_sources(open_session(stack, load_settings()))
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(sources_table(found))
    elif not as_json:
        echo("no sources yet: they appear with the files, or `lead-pipeline sources add`")


@sources.command("add")
@click.argument("name")
@click.argument("source_type", metavar="TYPE")
@as_json
def add_source(name: str, source_type: str, as_json: bool) -> None:
    """Enter the source NAME with its sub-source TYPE.

    Such as: lead-pipeline sources add Meta meta_form. Sources also appear with their first file;
    the files of the folder NAME count for the one that was added.
    """
    from lead_pipeline.suppliers.sources import add_source as enter

    if not name.strip() or not source_type.strip():
        raise click.UsageError("a source has a NAME and a TYPE")
    with ExitStack() as stack:
        number = enter(open_session(stack, load_settings()), name, source_type, by_hand=True)
    facts = {"source_id": number, "source": name, "source_type": source_type}
    tell(as_json, facts, f"source {number}: {name}, {source_type}")


@sources.command("set")
@click.argument("name")
@click.option("--region", type=a_region, metavar="COUNTRY", required=True, help=_REGION)
@as_json
def set_source(name: str, region: str, as_json: bool) -> None:
    """Settle whose phones the files of the source NAME hold.

    It holds from the next file on, whoever sends it, unless something else is settled for its
    supplier or for the file.
    """
    from lead_pipeline.choices.reading import settle_region
    from lead_pipeline.suppliers.sources import require_source

    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        require_source(session, name)
        settle_region(session, "source", name, region)
    tell(as_json, {"source": name, "region": region}, f"{name}: region {region}")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def suppliers(context: click.Context, as_json: bool) -> None:
    """List every supplier: terms, imports, how many were new."""
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.registry_view import suppliers_table
    from lead_pipeline.suppliers.suppliers import all_suppliers

    if context.invoked_subcommand is not None:
        return
    with ExitStack() as stack:
        found = all_suppliers(open_session(stack, load_settings()))
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(suppliers_table(found))
    elif not as_json:
        echo("no suppliers yet: the first folder of a file in the bucket names one")


@suppliers.command("set")
@click.argument("name")
@click.option("--cost", type=a_price, help="What one lead costs, such as 12.50.")
@click.option("--no-cost", is_flag=True, help="It has no price any more.")
@click.option(
    "--lookback-days",
    type=days_or_none,
    help="A person last seen longer ago is no duplicate; 0: however long ago.",
)
@click.option("--scope", type=click.Choice(_SCOPES), help="Whose sightings make a duplicate.")
@click.option(
    "--review",
    type=click.Choice([*REVIEWS, _USUAL]),
    help="Which of its imports wait for a person before they count; usual: as LEADS_REVIEW says.",
)
@click.option("--region", type=a_region, metavar="COUNTRY", help=_REGION)
@click.option("--currency", type=a_currency, metavar="CODE", help="Of its prices, such as EUR.")
@as_json
def set_supplier(
    name: str,
    cost: Decimal | None,
    no_cost: bool,
    lookback_days: int | None,
    scope: str | None,
    review: str | None,
    region: str | None,
    currency: str | None,
    as_json: bool,
) -> None:
    """Settle what is agreed with the supplier NAME.

    It holds from the supplier's next file on. What is not stated stays as it is. Prices with rules,
    windows and caps: lead-pipeline suppliers terms.
    """
    from lead_pipeline.choices.reading import settle_region
    from lead_pipeline.cli.registry_view import terms_text
    from lead_pipeline.suppliers.suppliers import agree
    from lead_pipeline.suppliers.terms import Scope

    stated = (cost, lookback_days, scope, region, review, currency)
    if all(one is None for one in stated) and not no_cost:
        raise click.UsageError("state at least one of the options")
    if cost is not None and no_cost:
        raise click.UsageError("either --cost or --no-cost")
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if region is not None:
            settle_region(session, "supplier", name, region)
        row = agree(
            session,
            name,
            cost_per_lead=cost,
            no_price=no_cost,
            lookback_days=lookback_days,
            scope=Scope(scope) if scope else None,
            review=next((one for one in REVIEWS if one == review), None),
            usual_review=review == _USUAL,
            currency=currency,
            who=getuser(),
        )
    tell(as_json, row, f"{name}: {terms_text(row)}")


@suppliers.command("token")
@click.argument("name")
@click.option(
    "--daily-cap",
    type=click.IntRange(1, MOST_ROWS),
    metavar="LEADS",
    help="How many leads a day it may post.",
)
@click.option("--revoke", is_flag=True, help="Make none: it posts nothing any more.")
@as_json
def supplier_token(name: str, daily_cap: int | None, revoke: bool, as_json: bool) -> None:
    """Make what supplier NAME posts with, told this once.

    A token for `Authorization: Bearer`, and a secret for those that sign their posts (Standard
    Webhooks). What it had before opens nothing any more.
    """
    from lead_pipeline.access import posters

    if revoke and daily_cap is not None:
        raise click.UsageError("either --daily-cap or --revoke")
    with ExitStack() as stack:
        session = open_session(stack, load_settings())
        if revoke:
            posters.revoke(session, name)
            tell(as_json, {"supplier": name, "revoked": True}, f"{name} posts nothing any more")
        else:
            token, secret = posters.create(session, name, daily_cap)
            told = {"supplier": name, "token": token, "secret": secret, "daily_cap": daily_cap}
            tell(as_json, told, f"token   {token}\nsecret  {secret}")


@suppliers.command("malformed")
@as_json
def malformed_bodies(as_json: bool) -> None:
    """List what was posted and nobody can read, the newest first.

    When it came, from whom and why it was refused; with --json also what came, which holds people.
    """
    from lead_pipeline.cli.output import as_json as dumps
    from lead_pipeline.cli.registry_view import malformed_table
    from lead_pipeline.connectors.malformed import all_malformed

    with ExitStack() as stack:
        found = all_malformed(open_session(stack, load_settings()))
    for row in found if as_json else ():
        echo(dumps(row))
    if found and not as_json:
        console().print(malformed_table(found))
    elif not as_json:
        echo("nothing malformed has come in the last 30 days")

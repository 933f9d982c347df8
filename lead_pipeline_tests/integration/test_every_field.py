"""Every field and every spelling of one, alone and all together, through the real steps."""

from collections.abc import Sequence

from lead_pipeline.database import connect
from lead_pipeline.fields.catalogue import fields, profiles, spellings
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.imports.fill import create_normalized
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Staging
from lead_pipeline.normalizing.plan import Plan, normalized_columns
from lead_pipeline_tests.integration.people import register
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

ALIASES = [alias for field in fields().values() for alias in field.aliases if alias != "-"]


def imported(site: Site, header: Sequence[str]) -> Import:
    """A file of one person, whose mail stands in its column, and a figure in every other."""
    row = ["ann@example.com" if name == "email" else "1" for name in header]
    return run_steps(site, register(site, "a.csv", csv_file(header, [row])))


def test_a_file_with_every_field_is_imported(site: Site) -> None:
    import_ = imported(site, list(fields()))
    assert (import_.status, import_.rows_contacts) == ("completed", 1)
    fed = {column["field"] for column in import_.columns or []}
    told = {name for name in fields() if name in spellings().values()}
    assert len(told - fed) / len(told) < 0.05  # those that no plain list has


def test_a_file_with_every_spelling_is_imported(site: Site) -> None:
    import_ = imported(site, ["email", *ALIASES])
    assert (import_.status, import_.rows_contacts) == ("completed", 1)


def test_a_row_that_no_table_can_keep_rejects_the_file_at_once(site: Site) -> None:
    header = list(fields())
    long = ["ann@example.com" if name == "email" else "a remark of some words" for name in header]
    import_ = run_steps(site, register(site, "a.csv", csv_file(header, [long])))
    assert (import_.status, import_.error_code) == ("rejected", "row_too_big")


def test_every_field_alone_can_be_kept(site: Site) -> None:
    """Beside a mail, in every layout: the table of the normalized rows is made for real."""
    with connect(site.settings.database_url) as session:
        staging = Staging(1)
        session.execute("CREATE TABLE staging.rejected_1 (staged boolean NOT NULL)")
        for profile in profiles().values():
            for name in fields() if profile.name == "generic" else ["file_tags"]:
                plan = Plan(profile, frozenset({"email", name}), region="US", zone="UTC")
                create_normalized(session, staging, plan)
        session.rollback()


def test_no_column_of_the_normalized_rows_stands_there_twice() -> None:
    for profile in profiles().values():
        plan = Plan(profile, frozenset(fields()), region="US", zone="UTC", keeps_raw=True)
        names = [column.name for column in normalized_columns(plan)]
        assert len(names) == len(set(names))


def test_every_spelling_alone_feeds_a_field() -> None:
    lost = [alias for alias in ALIASES if map_columns([alias]).columns[0].field is None]
    assert lost == []

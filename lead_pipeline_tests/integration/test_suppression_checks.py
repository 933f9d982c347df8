"""The check of an import's channels: what is listed, by which list, and what was checked at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.database import Connection, connect
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import read_settings
from lead_pipeline.suppression.check import Checked, suppress
from lead_pipeline.suppression.load import Loaded, Order, load_list
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.dagster_run import drop

A, B, C = "+12025550123", "+12025550124", "+12025550125"
MADE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as session:
        yield session


@pytest.fixture
def import_id(site: Site) -> int:
    return drop(site, "Acme/list.csv", b"Email\nann@example.com\n").import_id


TABLES = {
    "contact_keys": "kind match_kind, value text",
    "contact_flags": "channel text, value text, flag text, said text",
    "contact_campaigns": "campaign text, PRIMARY KEY (row_number, contact_number)",
}
INSERTS = [
    """INSERT INTO contact_keys
       VALUES (%(row_number)s, %(contact_number)s, %(channel)s, %(value)s)""",
    """INSERT INTO contact_flags
       SELECT %(row_number)s, %(contact_number)s, %(channel)s, %(value)s, %(flag)s::text,
              'DNC: ' || %(flag)s::text
       WHERE %(flag)s::text IS NOT NULL""",
    """INSERT INTO contact_campaigns
       SELECT %(row_number)s, %(contact_number)s, %(campaign)s::text
       WHERE %(campaign)s::text IS NOT NULL ON CONFLICT DO NOTHING""",
]


def load(session: Connection, folder: Path, text: str, **order: Any) -> Loaded:
    path = folder / "dnc.csv"
    path.write_text(text, encoding="utf-8")
    return load_list(session, path, Order(**{"name": "national", "kind": "national"} | order), "US")


def check(
    session: Connection, import_id: int, *channels: dict[str, Any]
) -> tuple[list[Checked], list[dict[str, Any]]]:
    """Check some channels; those without a place stand in rows 2, 3, ... of the file."""
    with session.transaction():
        for name, columns in TABLES.items():
            session.execute(
                f"CREATE TEMPORARY TABLE {name}"
                f" (row_number bigint, contact_number smallint, {columns}) ON COMMIT DROP"
            )
        for row, channel in enumerate(channels, 2):
            told = {
                "row_number": row,
                "contact_number": 1,
                "flag": None,
                "campaign": None,
            } | channel
            for insert in INSERTS:
                session.execute(insert, told | channel)
        checked = suppress(session, import_id)
    found = session.execute(
        "SELECT * FROM dnc_suppressions WHERE import_id = %s"
        " ORDER BY row_number, contact_number, value, list_name",
        [import_id],
    ).fetchall()
    return checked, found


def phone(value: str, **more: Any) -> dict[str, Any]:
    return {"channel": "phone", "value": value} | more


def email(value: str, **more: Any) -> dict[str, Any]:
    return {"channel": "email", "value": value} | more


def names(found: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(row["row_number"], row["value"], row["list_name"]) for row in found]


def test_a_listed_phone_is_recorded_with_list_version_and_age(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    loaded = load(session, tmp_path, "202,5550123\n202,5550199\n", as_of=MADE)
    checked, (hit,) = check(session, import_id, phone(A), phone(B))
    assert hit | {"checked_at": None} == {
        "import_id": import_id,
        "row_number": 2,
        "contact_number": 1,
        "channel": "phone",
        "value": A,
        "list_id": loaded.list.list_id,
        "list_name": "national",
        "kind": "national",
        "version_id": loaded.list.version_id,
        "list_version": 1,
        "list_as_of": MADE,
        "reason": "on the list national (national), version 1 as of 2026-01-02",
        "checked_at": None,
        "looked_back": False,
    }
    assert checked[0] == Checked("national", "national", 1, MADE, entries=2, hits=1)


def test_every_list_that_was_checked_is_told_hit_or_not(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550199\n", name="Texas", kind="state", as_of=MADE)
    checked, found = check(session, import_id, phone(A))
    assert [(one.list_name, one.kind, one.version, one.entries, one.hits) for one in checked] == [
        ("Texas", "state", 1, 1, 0),
        ("opt-outs", "internal", 0, 0, 0),
    ]
    assert found == []


def test_a_listed_second_phone_leaves_the_first(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550124\n")
    person = {"row_number": 2}
    _, found = check(
        session, import_id, phone(A, **person), phone(B, position=2, **person),
        email("ann@example.com", **person),
    )  # fmt: skip
    assert names(found) == [(2, B, "national")]


def test_a_phone_on_several_lists_is_recorded_for_each(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550123\n")
    load(session, tmp_path, "2025550123\n", name="suers", kind="litigator")
    opt_out(session, [A], None, read_settings({}))
    _, found = check(session, import_id, phone(A))
    assert names(found) == [(2, A, "national"), (2, A, "opt-outs"), (2, A, "suers")]


def test_a_number_that_a_contact_has_twice_is_recorded_once(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550123\n")
    twice = [phone(A, row_number=2, position=n) for n in (1, 2)]
    _, found = check(session, import_id, *twice, phone(A, row_number=2, contact_number=2))
    assert [(row["contact_number"], row["value"]) for row in found] == [(1, A), (2, A)]


def test_a_mail_address_is_listed_with_its_aliases(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "email\nAnn.Lee+news@gmail.com\n", name="unsubscribed", kind="internal")
    _, found = check(session, import_id, email("annlee@gmail.com"), email("bo@example.com"))
    assert [(row["channel"], row["value"]) for row in found] == [("email", "annlee@gmail.com")]


def test_a_campaigns_list_counts_for_its_contacts_only(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550123\n", name="solar no", kind=None, campaign="Solar 2026")
    checked, found = check(
        session, import_id, phone(A, campaign="SOLAR 2026"), phone(A, campaign="Roofs"), phone(A)
    )
    assert names(found) == [(2, A, "solar no")]
    assert ("solar no", 1) in [(one.list_name, one.hits) for one in checked]

    checked, found = check(session, import_id, phone(A, campaign="Roofs"), phone(A))
    assert found == []
    assert [one.list_name for one in checked] == ["opt-outs"]


def test_what_the_file_says_of_a_phone_is_a_list_as_old_as_the_file(
    session: Connection, import_id: int
) -> None:
    checked, found = check(
        session, import_id, phone(A, flag="dnc"), phone(B, flag="litigator"), phone(C)
    )
    assert [(r["value"], r["list_name"], r["kind"], r["list_id"], r["list_version"], r["reason"])
            for r in found] == [
        (A, "file flag: dnc", "file", None, None,
         "the file marks this phone as do-not-call (DNC: dnc)"),
        (B, "file flag: litigator", "file", None, None,
         "the file marks this phone as a known litigator's (DNC: litigator)"),
    ]  # fmt: skip
    arrived = session.execute("SELECT modified_at FROM lead_sources").fetchone()
    assert arrived is not None
    assert checked[:2] == [
        Checked("file flag: dnc", "file", None, arrived["modified_at"], 1, 1),
        Checked("file flag: litigator", "file", None, arrived["modified_at"], 1, 1),
    ]


def test_checking_again_replaces_what_was_found(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    load(session, tmp_path, "2025550123\n")
    first = check(session, import_id, phone(A), phone(B))
    assert [
        row | {"checked_at": 0} for row in check(session, import_id, phone(A), phone(B))[1]
    ] == [row | {"checked_at": 0} for row in first[1]]
    load(session, tmp_path, "2025550124\n")
    _, found = check(session, import_id, phone(A), phone(B))
    assert [(row["value"], row["list_version"]) for row in found] == [(B, 2)]


def test_an_import_without_channels_is_checked_against_every_list(
    session: Connection, import_id: int
) -> None:
    checked, found = check(session, import_id)
    assert ([one.list_name for one in checked], found) == (["opt-outs"], [])


def test_the_day_of_a_list_is_told_in_the_accounts_time_zone(
    session: Connection, import_id: int, tmp_path: Path
) -> None:
    session.execute("UPDATE account SET time_zone = 'Asia/Kolkata'")
    load(session, tmp_path, "2025550123\n", as_of=MADE - timedelta(hours=5, minutes=30))
    _, (hit,) = check(session, import_id, phone(A))
    assert hit["reason"].endswith("as of 2026-01-02")

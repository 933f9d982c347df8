"""Leads given back: asked for by a person or a file, decided by a person, or by a list."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.look_back import LookedBack, load_and_look_back
from lead_pipeline.matching.proofs import broken_charges
from lead_pipeline.money import returns
from lead_pipeline.suppression.load import Order
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.money.books import (
    approve,
    at,
    booked,
    came,
    give_back,
    on,
    owed,
    terms,
)
from lead_pipeline_tests.integration.people import Person, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

ANN: Person = {"name": "Ann Lee", "phone": "202-555-0101"}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102"}


@pytest.fixture
def acme(site: Site) -> Site:
    """Ann and Bo, paid ten each; they may be given back within a week."""
    terms(site, "Acme", "price = 10\nreturn_days = 7")
    came(site, "Acme/list.csv", on(1, 5), ANN, BO)
    return site


def states(site: Site) -> list[tuple[object, ...]]:
    return told(site, "SELECT kind, state, reason FROM returns ORDER BY return_id")


def load(site: Site, path: Path, numbers: Iterable[str], moment: datetime) -> LookedBack:
    """Make these numbers the next version of a list that comes at a moment."""
    path.write_text("".join(f"{number}\n" for number in [*numbers, "202-555-0199"]))
    order = Order("National", "national", shrink=True)
    with at(moment), connect(site.settings.database_url, autocommit=True) as session:
        return load_and_look_back(session, path, order, "US")


def whole(site: Site) -> bool:
    with connect(site.settings.database_url) as session:
        return not any(broken_charges(session).values())


def test_an_approved_return_is_a_credit(acme: Site) -> None:
    asked = give_back(acme, "Ann Lee", "disconnected", on(1, 9))
    assert (asked["state"], owed(acme, "Acme")) == ("open", 20)
    approve(acme, asked["return_id"], on(1, 10))
    assert owed(acme, "Acme") == 10
    assert booked(acme, "Acme")[-1] == ("return", 2, "-10")
    assert whole(acme)


def test_a_refused_one_is_none_and_says_why(acme: Site) -> None:
    asked = give_back(acme, "Ann Lee", "did not like it", on(1, 9))
    with connect(acme.settings.database_url, autocommit=True) as session:
        returns.refuse(session, asked["return_id"], "lee", "that is no reason")
        (row,) = returns.all_returns(session)
    assert (row["state"], row["told"], row["supplier"], row["price"]) == (
        "refused", "that is no reason", "Acme", 10)  # fmt: skip
    assert owed(acme, "Acme") == 20


def test_after_the_window_it_is_refused_with_why(acme: Site) -> None:
    late = give_back(acme, "Ann Lee", "disconnected", on(1, 13))
    assert (late["state"], late["told"]) == (
        "refused",
        "its file came on 2026-01-05 and it was given back on 2026-01-13: the terms give 7 days",
    )
    in_time = give_back(acme, "Bo Ek", "disconnected", on(1, 12))
    assert in_time["state"] == "open"


def test_a_lead_is_given_back_once(acme: Site) -> None:
    asked = give_back(acme, "Ann Lee", "disconnected", on(1, 9))
    with pytest.raises(OperatorError, match="given back already: return 1 is open"):
        give_back(acme, "Ann Lee", "again", on(1, 9))
    approve(acme, asked["return_id"], on(1, 9))
    with pytest.raises(OperatorError, match="no return 1 is open"):
        approve(acme, asked["return_id"], on(1, 9))
    with pytest.raises(OperatorError, match="given back already: return 1 is approved"):
        give_back(acme, "Ann Lee", "again", on(1, 9))


def test_what_was_never_paid_cannot_be_given_back(site: Site) -> None:
    came(site, "Acme/list.csv", on(1, 5), ANN)
    with pytest.raises(OperatorError, match="nothing is owed for lead"):
        give_back(site, "Ann Lee", "disconnected", on(1, 6))


def test_a_file_of_feedback_gives_back_and_its_undo_withdraws(acme: Site) -> None:
    header = ["phone", "return_reason", "return_date"]
    ann = ["202-555-0101", "disconnected", "2026-01-08"]
    content = csv_file(header, [ann, ["202-555-0102", "too late", "2026-01-30"]])
    import_ = run_steps(acme, drop(acme, "Dialer/returns.csv", content))
    assert states(acme) == [
        ("return", "open", "disconnected"), ("return", "refused", "too late")]  # fmt: skip
    approve(acme, 1, on(1, 9))
    assert owed(acme, "Acme") == 10
    undo_import(acme, import_.import_id)
    assert (states(acme)[0][1], owed(acme, "Acme")) == ("withdrawn", 20)
    assert whole(acme)


def test_a_list_that_comes_later_is_a_return_within_the_window(acme: Site, tmp_path: Path) -> None:
    load(acme, tmp_path / "one.csv", ["202-555-0101"], on(1, 11))
    assert states(acme) == [("list", "approved", "list National, version 1")]
    assert owed(acme, "Acme") == 10
    load(acme, tmp_path / "two.csv", [], on(1, 12))
    assert (states(acme)[0][1], owed(acme, "Acme")) == ("withdrawn", 20)
    load(acme, tmp_path / "three.csv", ["202-555-0101", "202-555-0102"], on(1, 13))
    assert owed(acme, "Acme") == 20  # eight days after its file came
    assert whole(acme)


def test_a_return_that_is_undone_with_its_import_is_owed_nothing(acme: Site) -> None:
    approve(acme, give_back(acme, "Ann Lee", "disconnected", on(1, 9))["return_id"], on(1, 9))
    undo_import(acme, 1)
    assert owed(acme, "Acme") == 0
    assert whole(acme)

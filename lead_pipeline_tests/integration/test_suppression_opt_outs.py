"""An opt-out takes effect at once on the leads that are there, and on every later file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.suppression.lists import current
from lead_pipeline.suppression.load import Order, load_list
from lead_pipeline.suppression.opt_outs import OptedOut, opt_out
from lead_pipeline_tests.integration.people import Person, imported, leads, outcomes, told

A, B = "+12025550101", "+12025550102"
ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com", "phone": A, "phone_2": B}
REACHED_BY = ("phone_e164", "phone_number_normalized", "phones", "email", "emails", "email_keys")


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as session:
        yield session


def opted_out(session: Connection) -> tuple[int, int]:
    """Version and entries of the list."""
    found = current(session, "opt-outs")
    assert found is not None
    return found.version, found.entries


class TestLeadsThatAreThere:
    def test_a_phone_goes_and_the_next_one_moves_up(self, site: Site, session: Connection) -> None:
        imported(site, "Acme/a.csv", ANN)
        assert opt_out(session, ["(202) 555-0101"], "asked on the phone", site.settings) == [
            OptedOut("(202) 555-0101", "phone", A, leads=1, suppressed=0)
        ]
        assert leads(site, *REACHED_BY, "suppressed_at") == [
            (B, "2025550102", [B], "ann@example.com", ["ann@example.com"], ["ann@example.com"],
             None)
        ]  # fmt: skip

    def test_an_address_goes_with_all_its_aliases(self, site: Site, session: Connection) -> None:
        imported(site, "Acme/a.csv", ANN | {"mail": "Ann.Lee@gmail.com", "mail_2": "a@example.com"})
        (done,) = opt_out(session, ["annlee+news@gmail.com"], None, site.settings)
        assert (done.key, done.leads) == ("annlee@gmail.com", 1)
        assert leads(site, "email", "emails", "email_keys", "phone_e164") == [
            ("a@example.com", ["a@example.com"], ["a@example.com"], A)
        ]

    def test_who_has_no_channel_left_is_suppressed(self, site: Site, session: Connection) -> None:
        imported(site, "Acme/a.csv", ANN)
        done = opt_out(session, [A, B, "ann@example.com"], None, site.settings)
        assert [(one.leads, one.suppressed) for one in done] == [(1, 1)] * 3
        assert leads(site, *REACHED_BY) == [(None,) * 6]
        assert leads(site, "suppressed_at IS NOT NULL") == [True]

    def test_others_are_left_alone(self, site: Site, session: Connection) -> None:
        imported(site, "Acme/a.csv", ANN, {"name": "Bo Ek", "phone": "+12025550103"})
        bo = "SELECT * FROM leads_master WHERE full_name = 'Bo Ek'"
        before = told(site, bo)
        opt_out(session, [A], None, site.settings)
        assert told(site, bo) == before

    def test_it_is_noted_for_every_file_in_which_the_person_stood(
        self, site: Site, session: Connection
    ) -> None:
        imported(site, "Acme/a.csv", ANN)
        imported(site, "Bolt/b.csv", ANN | {"company": "Lee & Co"})
        opt_out(session, [A], "asked by mail", site.settings)
        noted = told(
            site,
            "SELECT import_id, row_number, value, list_name, list_version,"
            " regexp_replace(reason, '[0-9]+-[0-9]+-[0-9]+', 'DAY')"
            " FROM dnc_suppressions ORDER BY 1",
        )
        reason = "opted out on DAY: asked by mail"
        assert noted == [(1, 2, A, "opt-outs", 1, reason), (2, 2, A, "opt-outs", 1, reason)]

    def test_it_stays_gone_when_the_lead_is_built_again(
        self, site: Site, session: Connection
    ) -> None:
        imported(site, "Acme/a.csv", ANN | {"mail": ""})
        opt_out(session, [A], None, site.settings)
        imported(site, "Bolt/b.csv", ANN | {"company": "Lee & Co"}, refresh=True)
        assert leads(site, "phones", "email", "company") == [([B], "ann@example.com", "Lee & Co")]


class TestLaterFiles:
    def test_a_phone_that_opted_out_is_removed_and_the_person_stays(
        self, site: Site, session: Connection
    ) -> None:
        opt_out(session, [A], None, site.settings)
        assert outcomes(imported(site, "Acme/a.csv", ANN)) == {"new": 1}
        assert leads(site, "phones") == [[B]]

    def test_who_opted_out_entirely_never_becomes_a_lead(
        self, site: Site, session: Connection
    ) -> None:
        opt_out(session, ["ANN@example.com", A, B], None, site.settings)
        assert outcomes(imported(site, "Acme/a.csv", ANN)) == {"suppressed": 1}
        assert leads(site, "lead_id") == []


class TestTheList:
    def test_each_call_is_a_version_with_its_reason(self, site: Site, session: Connection) -> None:
        opt_out(session, [A, "ann@example.com"], "asked on the phone", site.settings)
        opt_out(session, [B], None, site.settings)
        assert opted_out(session) == (2, 3)
        assert told(site, "SELECT version, added, reason FROM dnc_versions ORDER BY 1") == [
            (0, 0, None), (1, 2, "asked on the phone"), (2, 1, None),
        ]  # fmt: skip

    def test_again_changes_nothing_but_the_version(self, site: Site, session: Connection) -> None:
        imported(site, "Acme/a.csv", ANN)
        opt_out(session, [A], None, site.settings)
        before = leads(site, "*")
        assert opt_out(session, [A, A], None, site.settings)[0].leads == 0
        assert opted_out(session) == (2, 1)
        assert leads(site, "*") == before

    @pytest.mark.parametrize(
        "value", ["", "12", "Ann", "ann@", "a@example.com, b@example.com", f"{A} / {B}"]
    )
    def test_what_is_neither_a_number_nor_an_address_is_refused_with_all_the_rest(
        self, site: Site, session: Connection, value: str
    ) -> None:
        with pytest.raises(OperatorError, match="neither one phone number nor one mail address"):
            opt_out(session, [A, value], None, site.settings)
        assert opted_out(session) == (0, 0)

    def test_a_file_of_opt_outs_is_added_and_takes_effect_at_once(
        self, site: Site, session: Connection, tmp_path: Path
    ) -> None:
        imported(site, "Acme/a.csv", ANN)
        path = tmp_path / "former.csv"
        path.write_text("phone,email\n2025550101,\n,ann@example.com\n", encoding="utf-8")
        load_list(session, path, Order("opt-outs", mode="change"), "US")
        assert opted_out(session) == (1, 2)
        assert leads(site, "phones", "emails") == [([B], None)]

    def test_it_joins_a_transaction_of_the_callers(self, site: Site, session: Connection) -> None:
        with session.transaction(force_rollback=True):
            opt_out(session, [A], None, site.settings)
            opt_out(session, [B], None, site.settings)
            assert opted_out(session) == (2, 2)
        assert opted_out(session) == (0, 0)

"""Leads that may be one person: found, accepted, rejected, taken back; nothing is lost by it."""

from typing import Any

import dagster as dg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.defs.linkage import possible_duplicates
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.linkage.search import Searched, search
from lead_pipeline.matching import merges
from lead_pipeline.matching.proofs import broken_counts, broken_keys, broken_sources
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import resource, rows
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state, start_afresh
from lead_pipeline_tests.integration.people import change, imported, leads, register
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

ANN = {"name": "Ann Lee", "phone": "202-555-0101", "mail": "ann@example.com"}
AGAIN = {"name": "Anne Lee", "phone": "202-555-0102"}
HEADER = ["First Name", "Last Name", "Birth Date", "Address", "City", "Zip Code", "Phone"]
TOWN = [
    ["Annika", "Birchwood", "1971-03-12", "12 Harbor St", "Austin", "78701", "202-555-0101"],
    ["Annika", "Birchwodo", "1971-03-12", "12 Harbor St", "Austin", "78701", "202-555-0110"],
    ["Torsten", "Birchwood", "1969-04-01", "12 Harbor St", "Austin", "78701", "202-555-0103"],
    *[[f"Quentin{chr(97 + n)}", f"Oakes{chr(97 + n)}", f"19{50 + n}-05-{10 + n}", f"{n} Lake Rd",
       "Denver", f"802{10 + n}", f"303-555-01{10 + n}"] for n in range(20)],
]  # fmt: skip


def on(site: Site, act: Any, *arguments: Any) -> Any:
    with connect(site.settings.database_url, autocommit=True) as session:
        return act(session, *arguments)


def accept(site: Site, lead: int, other: int) -> dict[str, Any]:
    done: dict[str, Any] = on(site, merges.accept, lead, other, "eve", site.settings)
    return done


def sound(site: Site) -> bool:
    with connect(site.settings.database_url) as session:
        proofs = (broken_keys(session), broken_sources(session), broken_counts(session))
    return broken_laws(site) == {} and not any(any(one.values()) for one in proofs)


def numbers(site: Site) -> list[int]:
    return [row["lead_id"] for row in rows(site, "SELECT lead_id FROM leads_master ORDER BY 1")]


def two(site: Site) -> tuple[int, int]:
    """Ann, and somebody who is probably Ann, out of two files."""
    imported(site, "Acme/a.csv", ANN)
    imported(site, "Brix/b.csv", AGAIN)
    one, other = numbers(site)
    return one, other


class TestSearching:
    def test_who_is_likely_one_stands_there_with_a_probability_and_a_sentence(
        self, site: Site
    ) -> None:
        run_steps(site, register(site, "Acme/town.csv", csv_file(HEADER, TOWN)))
        searched = on(site, search)
        assert (searched.leads, searched.found) == (23, 1)
        (found,) = on(site, merges.open_questions, 10)
        names = {found["full_name"], found["other_full_name"]}
        assert names == {"Annika Birchwood", "Annika Birchwodo"}
        assert (found["kind"], found["probability"] > 0.9) == ("linkage", True)
        assert found["sentence"].startswith("The same first name, last names that are one slip")
        assert sound(site)

    def test_only_what_changed_is_looked_at_again(self, site: Site) -> None:
        run_steps(site, register(site, "Acme/town.csv", csv_file(HEADER, TOWN)))
        on(site, search)
        change(site, "UPDATE leads_master SET updated_at = now() - interval '1 day'")
        assert on(site, search) == Searched()
        late = [[*TOWN[0][:-1], "202-555-0144"]]
        run_steps(site, register(site, "Acme/late.csv", csv_file(HEADER, late)))
        assert on(site, search).leads == 1
        assert len(on(site, merges.open_questions, 10)) > 1

    def test_a_rejected_pair_is_not_suggested_again_whatever_its_numbers_are(
        self, site: Site
    ) -> None:
        run_steps(site, register(site, "Acme/town.csv", csv_file(HEADER, TOWN)))
        on(site, search)
        (found,) = on(site, merges.open_questions, 10)
        on(site, merges.reject, found["lead_id"], found["other_lead_id"], "eve")
        change(site, "DELETE FROM linkage_searches")
        assert on(site, search).found == 0
        assert on(site, merges.open_questions, 10) == []

    def test_the_asset_says_what_it_looked_at(self, site: Site) -> None:
        run_steps(site, register(site, "Acme/town.csv", csv_file(HEADER, TOWN)))
        done = dg.materialize([possible_duplicates], resources={"site": resource(site)},
                              selection=[possible_duplicates])  # fmt: skip
        (made,) = done.asset_materializations_for_node("possible_duplicates")
        told = {name: value.value for name, value in made.metadata.items()}
        assert told["likely one person"] == 1


class TestAccepting:
    def test_two_leads_become_one_and_no_channel_is_lost(self, site: Site) -> None:
        one, other = two(site)
        done = accept(site, one, other)
        assert done["lead_id"] == one
        assert leads(site, "full_name", "phones", "emails") == [
            ("Ann Lee", ["+12025550101", "+12025550102"], ["ann@example.com"])
        ]
        assert sound(site)

    def test_who_comes_later_with_a_key_of_either_is_that_person(self, site: Site) -> None:
        accept(site, *two(site))
        imported(site, "Cyan/c.csv", {"name": "A Lee", "phone": "202-555-0102"})
        assert len(numbers(site)) == 1
        assert sound(site)

    @pytest.mark.parametrize("gone", [1, 2])
    def test_undoing_either_file_leaves_the_other_and_the_decision(
        self, site: Site, gone: int
    ) -> None:
        accept(site, *two(site))
        undo_import(site, gone)
        assert len(numbers(site)) == 1
        assert sound(site)
        back, known = [ANN, AGAIN][gone - 1], [AGAIN, ANN][gone - 1]
        imported(site, "Dune/d.csv", known | {"city": "Austin"}, back)
        assert len(numbers(site)) == 1
        assert sound(site)

    def test_both_of_a_decision_in_one_file_are_one(self, site: Site) -> None:
        accept(site, *two(site))
        undo_import(site, 1)
        undo_import(site, 2)
        assert numbers(site) == []
        imported(site, "Acme/both.csv", AGAIN, ANN)
        assert len(numbers(site)) == 1
        assert sound(site)

    def test_taken_back_they_are_as_they_were(self, site: Site) -> None:
        one, other = two(site)
        before = lead_state(site)
        done = accept(site, one, other)
        on(site, merges.take_back, done["decision_id"], "eve")
        assert lead_state(site) == before
        assert sound(site)
        with pytest.raises(OperatorError, match="there is no decision 1 that holds"):
            on(site, merges.take_back, done["decision_id"], "eve")

    def test_the_work_of_people_stays_with_the_lead_that_is_left(self, site: Site) -> None:
        one, other = two(site)
        change(site, "UPDATE leads_master SET status = 'Called' WHERE lead_id = %s", other)
        assert accept(site, one, other)["lead_id"] == other
        assert rows(site, "SELECT status FROM leads_master") == [{"status": "Called"}]

    def test_work_on_both_is_never_thrown_away(self, site: Site) -> None:
        one, other = two(site)
        change(site, "UPDATE leads_master SET total_attempts = 1")
        with pytest.raises(OperatorError, match="people have worked on lead 1 and on lead 2"):
            accept(site, one, other)
        assert len(numbers(site)) == 2

    @pytest.mark.parametrize(
        ("pair", "said"), [((1, 1), "name two leads"), ((1, 99), "there is no lead 99")]
    )
    def test_only_two_leads_that_are_there_can_be_one(
        self, site: Site, pair: tuple[int, int], said: str
    ) -> None:
        two(site)
        with pytest.raises(OperatorError, match=said):
            accept(site, *pair)


class TestOptOuts:
    def test_who_opted_out_before_has_opted_out_for_both(self, site: Site) -> None:
        one, other = two(site)
        on(site, opt_out, ["202-555-0102"], "asked", site.settings)
        accept(site, one, other)
        assert leads(site, "phones", "emails") == [(None, ["ann@example.com"])]
        assert sound(site)

    def test_who_opts_out_later_does_so_for_both(self, site: Site) -> None:
        accept(site, *two(site))
        told = on(site, opt_out, ["202-555-0101"], "asked", site.settings)
        assert [one.key for one in told] == ["+12025550101", "+12025550102"]
        assert leads(site, "phones") == [None]

    def test_opt_outs_outlive_the_decision(self, site: Site) -> None:
        done = accept(site, *two(site))
        on(site, opt_out, ["202-555-0101"], "asked", site.settings)
        on(site, merges.take_back, done["decision_id"], "eve")
        assert leads(site, "phones") == [None, None]


def test_people_decide_by_command(command: Command, site: Site) -> None:
    assert command("merges", "list").out == "no question is open\n"
    one, other = two(site)
    said = command("merges", "accept", one, other)
    assert said.out == f"leads 1 and 2 are lead {one} now (`lead-pipeline merges take-back 1`)\n"
    shown = command("explain", "202-555-0102").out
    assert "a person said that they are one" in shown
    assert "1: 1 and 2 are one person" in command("merges", "list", "--decided").out
    assert command("merges", "take-back", 1).out == "decision 1 holds no more\n"
    assert command("merges", "reject", *numbers(site)).out.endswith("two people (decision 2)\n")
    facts = command("merges", "list", "--decided", "--json").documents
    assert [(one["decision_id"], one["accepted"]) for one in facts] == [(2, False), (1, True)]
    assert command("merges", "accept", 1, 99).err == "error: there is no lead 99\n"


PHONES = [f"202-555-01{n:02}" for n in range(5)]
FILES = st.lists(
    st.lists(st.fixed_dictionaries({"name": st.sampled_from(["Ann Lee", "Bo Ek"]),
                                    "phone": st.sampled_from(PHONES)}), min_size=1, max_size=3),
    min_size=2, max_size=4,
)  # fmt: skip


@given(FILES, st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_merged_undone_and_taken_back_the_laws_hold(
    site: Site, files: list[list[dict[str, str]]], data: st.DataObject
) -> None:
    start_afresh(site)
    held: list[int] = []
    for at, people in enumerate(files):
        own = {"name": f"File {at}", "mail": f"f{at}@example.com"}  # no two files are twins
        imported(site, f"Acme/{at}.csv", *people, own)
        known = numbers(site)
        pair = data.draw(st.lists(st.sampled_from(known), min_size=2, max_size=2, unique=True))
        held.append(accept(site, *pair)["decision_id"])
        assert sound(site)
    undo_import(site, rows(site, "SELECT min(import_id) AS id FROM lead_sources")[0]["id"])
    assert sound(site)
    for decision in held:
        on(site, merges.take_back, decision, "eve")
        assert sound(site)

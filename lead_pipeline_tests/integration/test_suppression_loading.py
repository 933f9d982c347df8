"""Loading do-not-call lists: versions, changes, guards, and a load that dies."""

import gzip
import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import BadFile, OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.suppression.lines import Lines
from lead_pipeline.suppression.lists import all_lists, current
from lead_pipeline.suppression.load import Loaded, Order, load_list

NATIONAL = Order("national", kind="national")


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as session:
        yield session


@pytest.fixture
def load(session: Connection, tmp_path: Path) -> Any:
    """Loads a text as a list file."""

    def load(text: str, order: Order = NATIONAL, name: str = "dnc.csv", **more: Any) -> Loaded:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return load_list(session, path, order, "US", **more)

    return load


def on(session: Connection, name: str = "national") -> set[Any]:
    """The last digits of the numbers on a list, and its addresses."""
    found = session.execute(
        "SELECT (number - 12025550000)::int AS entry"
        " FROM dnc_entries JOIN dnc_lists USING (list_id) WHERE name = %s",
        [name],
    ).fetchall()
    mails = session.execute(
        "SELECT email_key FROM dnc_emails JOIN dnc_lists USING (list_id) WHERE name = %s", [name]
    ).fetchall()
    return {row["entry"] for row in found} | {row["email_key"] for row in mails}


def numbers(*ends: int) -> str:
    return "".join(f"{2025550000 + end}\n" for end in ends)


def changes(*lines: tuple[int, str]) -> str:
    return "".join(f"{2025550000 + end},{action}\n" for end, action in lines)


def counts(loaded: Loaded) -> tuple[int, int, int, int]:
    return loaded.list.version, loaded.list.entries, loaded.added, loaded.removed


class TestFullLists:
    def test_a_new_list_begins_with_version_1(self, session: Connection, load: Any) -> None:
        made = datetime(2026, 1, 2, tzinfo=UTC)
        loaded = load(numbers(1, 2), Order("National", "national", as_of=made))
        assert counts(loaded) == (1, 2, 2, 0)
        assert (loaded.list.name, loaded.list.kind, loaded.list.as_of) == (
            "National", "national", made,
        )  # fmt: skip
        assert (loaded.mode, loaded.lines, loaded.rejected) == ("full", 2, 0)
        assert on(session, "National") == {1, 2}

    def test_the_next_full_list_takes_the_place_of_the_former(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1, 2, 3))
        assert counts(load(numbers(2, 3, 4, 5))) == (2, 4, 2, 1)
        assert on(session) == {2, 3, 4, 5}
        tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'dnc'")
        assert {row["tablename"] for row in tables} == {"list_1", "list_2"}

    def test_the_name_of_a_list_is_known_in_any_case(self, load: Any) -> None:
        load(numbers(1))
        assert load(numbers(1, 2), Order("NATIONAL")).list.name == "national"

    def test_without_a_date_a_list_is_as_old_as_its_load(self, load: Any) -> None:
        loaded = load(numbers(1)).list
        assert loaded.as_of == loaded.loaded_at
        assert abs(loaded.loaded_at - datetime.now(UTC)) < timedelta(minutes=5)

    def test_a_number_that_stands_twice_counts_once(self, session: Connection, load: Any) -> None:
        assert counts(load(numbers(1, 2, 1, 3, 2, 1))) == (1, 3, 3, 0)
        assert on(session) == {1, 2, 3}

    def test_numbers_and_addresses_are_one_list(self, session: Connection, load: Any) -> None:
        load("phone,email\n2025550101,ann@example.com\n,bo@example.com\n")
        again = load("phone,email\n2025550101,bo@example.com\n2025550102,\n")
        assert counts(again) == (2, 3, 1, 1)
        assert on(session) == {101, 102, "bo@example.com"}

    def test_packed_files_are_read(self, session: Connection, tmp_path: Path) -> None:
        path = tmp_path / "dnc.txt.gz"
        path.write_bytes(gzip.compress(b"202,5550101\n202,5550102\n"))
        assert counts(load_list(session, path, NATIONAL, "US")) == (1, 2, 2, 0)

    def test_lines_that_cannot_be_read_are_counted_and_the_rest_is_loaded(
        self, session: Connection, load: Any
    ) -> None:
        heard: list[Lines] = []
        loaded = load("phone\n2025550101\nnone\n12\n2025550102\n", heard=heard.append)
        assert (loaded.lines, loaded.rejected, loaded.list.entries) == (4, 2, 2)
        assert [one.line for lines in heard for one in lines.rejected] == [3, 4]
        version = session.execute("SELECT rejected FROM dnc_versions WHERE version = 1").fetchone()
        assert version == {"rejected": 2}


class TestChangeLists:
    def test_what_is_added_comes_and_what_is_deleted_goes(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1, 2, 3))
        loaded = load(changes((4, "A"), (2, "D"), (9, "D"), (3, "A")))
        assert (loaded.mode, *counts(loaded)) == ("change", 2, 3, 1, 1)
        assert on(session) == {1, 3, 4}

    def test_the_last_line_on_a_number_counts(self, session: Connection, load: Any) -> None:
        load(numbers(1, 2, 3))
        load(changes((4, "A"), (4, "D"), (2, "D"), (2, "A")))
        assert on(session) == {1, 2, 3}

    def test_a_plain_list_may_be_added_as_changes(self, session: Connection, load: Any) -> None:
        load(numbers(1, 2))
        assert counts(load(numbers(2, 3), Order("national", mode="change"))) == (2, 3, 1, 0)
        assert on(session) == {1, 2, 3}

    def test_addresses_change_too(self, session: Connection, load: Any) -> None:
        load("email\nann@example.com\nbo@example.com\n")
        load("email,action\nbo@example.com,D\ncy@example.com,A\nCY@example.com,A\n")
        assert on(session) == {"ann@example.com", "cy@example.com"}

    def test_each_number_knows_the_version_that_brought_it(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1))
        load(changes((2, "A"), (1, "A")))
        found = session.execute(
            "SELECT number - 12025550000 AS entry, version FROM dnc_entries"
            " JOIN dnc_versions USING (version_id) ORDER BY 1"
        )
        assert [(row["entry"], row["version"]) for row in found] == [(1, 1), (2, 2)]


class TestTheSameBytesAgain:
    def test_change_nothing(self, session: Connection, load: Any) -> None:
        load(numbers(1, 2))
        again = load(numbers(1, 2), name="renamed.csv")
        assert (again.unchanged, again.list.version) == (True, 1)

    def test_of_a_change_list_change_nothing_although_others_came_since(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1, 2, 3))
        load(changes((4, "A")))
        load(changes((4, "D")))
        again = load(changes((4, "A")))
        assert (again.unchanged, again.list.version, on(session)) == (True, 3, {1, 2, 3})

    def test_of_a_full_list_change_nothing_although_changes_came_since(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1, 2))
        load(changes((3, "A")))
        assert load(numbers(1, 2)).unchanged
        assert on(session) == {1, 2, 3}

    def test_bring_a_former_list_back_once_another_took_its_place(
        self, session: Connection, load: Any
    ) -> None:
        load(numbers(1, 2))
        load(numbers(1, 2, 3))
        assert counts(load(numbers(1, 2))) == (3, 2, 0, 1)

    def test_are_another_lists_first_version(self, load: Any) -> None:
        load(numbers(1, 2))
        assert not load(numbers(1, 2), Order("other", "state")).unchanged


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("order", "complaint"),
        [
            (Order("new"), "there is no list 'new' yet: say with --kind what it is"),
            (Order("new", "campaign"), "which campaign's list is it"),
            (Order("new", "state", "Solar"), "a list for a campaign is of kind campaign"),
            (Order("new", "state", mode="change"), "nothing to change yet: load all of 'new'"),
            (Order("national", "state"), "the list 'national' is of kind national, not state"),
            (Order("solar", campaign="Roofs"), "is for the campaign 'Solar', not 'Roofs'"),
            (Order("national", as_of=datetime(2999, 1, 1, tzinfo=UTC)), "is in the future"),
            (Order("opt-outs"), "opt-outs only ever grows"),
            (Order("Opt-Outs", mode="full", shrink=True), "opt-outs only ever grows"),
            (Order("opt-outs", "national", mode="change"), "is of kind internal, not national"),
        ],
    )
    def test_an_order_that_does_not_fit(
        self, session: Connection, load: Any, order: Order, complaint: str
    ) -> None:
        load(numbers(1, 2))
        load(numbers(1), Order("solar", campaign="Solar"), name="solar.csv")
        before = all_lists(session)
        with pytest.raises(OperatorError, match=complaint):
            load(numbers(3), order)
        assert all_lists(session) == before

    def test_a_change_list_as_a_full_one(self, session: Connection, load: Any) -> None:
        load(numbers(1, 2))
        with pytest.raises(OperatorError, match="load it with --changes"):
            load(changes((1, "D")), Order("national", mode="full"))
        assert on(session) == {1, 2}

    def test_a_file_of_which_no_line_can_be_read(self, session: Connection, load: Any) -> None:
        with pytest.raises(BadFile, match="None of the 2 lines"):
            load("phone\n12\n13\n")
        assert current(session, "national") is None

    @pytest.mark.parametrize("kind", ["full", "change"])
    def test_a_list_that_would_shrink_to_under_half(
        self, session: Connection, load: Any, kind: str
    ) -> None:
        load(numbers(1, 2, 3, 4, 5))
        text = numbers(1, 2) if kind == "full" else changes((3, "D"), (4, "D"), (5, "D"))
        with pytest.raises(OperatorError, match="would shrink from 5 to 2 entries"):
            load(text)
        assert (on(session), current(session, "national").version) == ({1, 2, 3, 4, 5}, 1)  # type: ignore[union-attr]
        assert counts(load(text, Order("national", shrink=True)))[:2] == (2, 2)
        assert on(session) == {1, 2}

    def test_half_may_go(self, load: Any) -> None:
        load(numbers(1, 2, 3, 4))
        assert counts(load(numbers(1, 2))) == (2, 2, 0, 2)

    def test_taking_back_an_opt_out(self, session: Connection, load: Any) -> None:
        load(numbers(1, 2), Order("opt-outs", mode="change"))
        with pytest.raises(OperatorError, match="line 2 would take back an opt-out"):
            load(changes((3, "A"), (1, "D")), Order("opt-outs", shrink=True))
        assert on(session, "opt-outs") == {1, 2}


class TestALoadThatDies:
    def test_leaves_the_list_as_it_was_and_the_next_one_succeeds(
        self, session: Connection, load: Any
    ) -> None:
        def die(_: Lines) -> None:
            raise KeyboardInterrupt

        load(numbers(1, 2))
        for order in (NATIONAL, Order("new", "state")):
            with pytest.raises(KeyboardInterrupt):
                load(numbers(1, 2, 3), order, heard=die)
        assert [one.name for one in all_lists(session)] == ["national", "opt-outs"]
        assert on(session) == {1, 2}
        assert counts(load(numbers(1, 2, 3))) == (2, 3, 1, 0)

    def test_is_not_seen_while_it_runs(self, site: Site, session: Connection, load: Any) -> None:
        load(numbers(1, 2))
        seen = []

        def look(_: Lines) -> None:
            with connect(site.settings.database_url) as other:
                found = current(other, "national")
                seen.append((found.version if found else None, on(other)))

        load(numbers(1, 2, 3), heard=look)
        assert seen == [(1, {1, 2})]


def test_a_list_waits_for_decisions_and_takes_its_place_in_one_moment(
    site: Site, session: Connection, load: Any
) -> None:
    load(numbers(1, 2))
    with connect(site.settings.database_url) as deciding:
        run(deciding, "suppression/lock_decisions")
        session.execute("SET lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            load(numbers(2, 3))
        assert on(deciding) == {1, 2}
    assert counts(load(numbers(2, 3)))[:2] == (2, 2)


def test_two_loads_of_one_new_list_at_once_are_two_versions(site: Site, tmp_path: Path) -> None:
    both = threading.Barrier(2)

    def load(end: int) -> Loaded:
        path = tmp_path / f"{end}.csv"
        path.write_text(numbers(end, 3), encoding="utf-8")
        with connect(site.settings.database_url, autocommit=True) as session:
            both.wait()
            return load_list(session, path, NATIONAL, "US")

    with ThreadPoolExecutor(2) as pool:
        loads = sorted(pool.map(load, (1, 2)), key=lambda one: one.list.version)
    assert [counts(one) for one in loads] == [(1, 2, 2, 0), (2, 2, 1, 1)]


CHANGE = st.tuples(st.integers(1, 6), st.sampled_from("AD"))
FULL = st.lists(st.integers(1, 6), min_size=1)
CHANGES = st.lists(CHANGE, min_size=1)
_number = itertools.count(1)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FULL, st.lists(FULL | CHANGES, max_size=4))
def test_a_list_is_what_its_files_say_one_after_the_other(
    session: Connection, load: Any, first: list[int], then: list[Any]
) -> None:
    name = f"list {next(_number)}"
    load(numbers(*first), Order(name, "internal"))
    expected = set(first)
    for lines in then:
        entries = len(expected)
        if isinstance(lines[0], int):
            expected, text = set(lines), numbers(*lines)
        else:
            for end, action in lines:
                expected = expected | {end} if action == "A" else expected - {end}
            text = changes(*lines)
        # What ends a file keeps it from being the same bytes again; it is no line.
        loaded = load(text + "\n" * next(_number), Order(name, shrink=True))
        assert on(session, name) == expected
        assert (loaded.list.entries, loaded.rejected) == (len(expected), 0)
        assert entries + loaded.added - loaded.removed == len(expected)

"""How far an import is: told while a step works, by what the ledger and its worker's lock know."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.imports.progress import progress
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import, Status
from lead_pipeline.ledger import progress as notes
from lead_pipeline.ledger.progress import Meter, Step, at_work
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.making import Clock, csv_file

FILE = csv_file(("Full Name", "Email"), [(f"Ann {n}", f"ann{n}@example.com") for n in range(9)])


@contextmanager
def session_of(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as session:
        yield session


def told(site: Site, import_: Import, *, daemon: bool = True) -> dict[str, object]:
    with session_of(site) as session:
        return progress(session, import_.import_id, lambda _: daemon)


def states(facts: dict[str, object]) -> dict[str, str]:
    assert isinstance(facts["steps"], list)
    return {step["step"]: step["state"] for step in facts["steps"]}


def word(facts: dict[str, object]) -> str:
    assert isinstance(facts["worker"], dict)
    return str(facts["worker"]["word"])


@contextmanager
def working(site: Site, import_: Import, step: Step, clock: Clock) -> Iterator[Meter]:
    """A worker that owns the import, whose clock is ours."""
    url = site.settings.database_url
    number = import_.import_id
    with (
        session_of(site) as session,
        ledger.hold(session, number),
        at_work(session, url, number, step),
    ):
        yield Meter(url, number, clock)


def test_the_steps_of_an_import_pass_one_after_the_other(site: Site) -> None:
    import_ = drop(site, "list.csv", FILE)
    seen = [told(site, import_)]
    for step in STEPS:
        import_ = run_steps(site, import_, [step])
        seen.append(told(site, import_))
    assert [one["step"] for one in seen] == [
        "waiting", "normalizing", "archiving", "emptying", None,
    ]  # fmt: skip
    assert [one["status"] for one in seen] == ["waiting", *["running"] * 3, "completed"]
    assert [one["next"] for one in seen] == ["loading", "archiving", "emptying", None, None]
    assert states(seen[2]) == {
        "waiting": "done", "loading": "done", "normalizing": "done", "archiving": "now",
        "emptying": "to come",
    }  # fmt: skip
    last = seen[-1]
    assert set(states(last).values()) == {"done"}
    assert (last["rows_done"], last["rows_total"], last["finished"]) == (9, 9, True)
    assert last["rows_per_second"]


def test_rows_are_told_while_the_step_works(site: Site) -> None:
    import_ = run_steps(site, drop(site, "list.csv", FILE), STEPS[:1])
    clock = Clock(0.0)
    with working(site, import_, Step.NORMALIZING, clock) as meter:
        meter.expect(9)
        meter.add(3)
        assert told(site, import_)["rows_done"] is None  # its first moments have not passed yet
        clock.now += 1.0
        meter.add(2)
        meter.add(1)
        facts = told(site, import_)
        assert (facts["step"], facts["rows_done"], facts["rows_total"]) == ("normalizing", 5, 9)
        assert facts["rows_per_second"]
        assert facts["worker"]["alive"] is True  # type: ignore[index]
    assert rows(site, "SELECT * FROM import_progress") == []


def test_the_steps_themselves_count_their_rows(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with session_of(site) as session:
        session.execute("CREATE TABLE noted (step text, rows_done bigint, rows_total bigint)")
        session.execute(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO noted"
            " VALUES (new.step, new.rows_done, new.rows_total); RETURN new; END $$"
        )
        session.execute(
            "CREATE TRIGGER keep AFTER UPDATE ON import_progress"
            " FOR EACH ROW EXECUTE FUNCTION keep()"
        )
    monkeypatch.setattr(notes, "_FIRST_SECONDS", 0.0)
    run_steps(site, drop(site, "list.csv", FILE))
    noted = rows(site, "SELECT * FROM noted WHERE rows_done IS NOT NULL")
    assert [tuple(row.values()) for row in noted] == [
        ("loading", 9, None),
        ("normalizing", 9, 9),
    ]


def test_a_worker_that_died_is_told_and_what_happens_now(site: Site) -> None:
    import_ = run_steps(site, drop(site, "list.csv", FILE), STEPS[:1])
    with working(site, import_, Step.NORMALIZING, Clock(0.0)):
        assert word(told(site, import_)) == "Its worker is at work."
    with session_of(site) as session:  # as one that was killed leaves it
        begun = {"import_id": import_.import_id, "step": Step.NORMALIZING}
        run(session, "ledger/begin_progress", begun)
    facts = told(site, import_)
    assert facts["worker"]["alive"] is False  # type: ignore[index]
    assert word(facts) == (
        "Its worker is gone: it is tried again by itself, later each time (4 times at most)."
    )
    assert "lead-pipeline up" in word(told(site, import_, daemon=False))
    with session_of(site) as session:
        ledger.next_attempt(session, import_, "its worker is gone", outage=False)
    done = run_steps(site, import_)
    assert (told(site, done)["finished"], rows(site, "SELECT * FROM import_progress")) == (True, [])


def test_what_waits_is_told_in_words(site: Site) -> None:
    import_ = drop(site, "list.csv", FILE)
    assert word(told(site, import_)) == "It waits for its turn."
    with session_of(site) as session:
        ledger.note_error(session, import_.import_id, OUTSIDE_TROUBLE, "away")
        assert "tried again by itself, after a pause" in word(told(site, import_))
        ledger.next_attempt(session, import_, "away", outage=True)
        assert word(told(site, import_)) == "It is tried again, for the second time."
        ledger.end(session, import_.import_id, Status.FAILED, "failed", "ann0@example.com")
    facts = told(site, import_)
    assert (facts["status"], facts["finished"]) == ("failed", True)
    assert "left out" in states(facts).values()
    assert "example.com" not in str(facts)  # a viewer may see it


def test_what_is_held_says_for_whom_it_waits(site: Site) -> None:
    import_ = run_steps(site, drop(site, "list.csv", FILE), STEPS[:2])
    with session_of(site) as session:
        ledger.hold_back(session, import_.import_id, [])
    facts = told(site, import_)
    assert (facts["status"], facts["step"], facts["next"]) == ("held", "held", "archiving")
    assert (facts["finished"], facts["rows_done"]) == (False, 9)
    assert word(facts).startswith("It waits for a person")


def test_notes_of_long_ago_are_swept_away(site: Site) -> None:
    import_ = drop(site, "list.csv", FILE)
    with session_of(site) as session:
        session.execute(
            "INSERT INTO import_progress (import_id, step, noted_at)"
            " VALUES (99, 'loading', now() - interval '2 days')"
        )
    run_steps(site, import_)
    assert rows(site, "SELECT * FROM import_progress") == []

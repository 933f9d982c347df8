"""Whatever order files, returns, undo, merges and terms come in, events sum up to the outcomes, and
a statement that was issued never changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching import merges
from lead_pipeline.matching.proofs import broken_charges
from lead_pipeline.money import returns, statements
from lead_pipeline_tests.integration.lead_state import start_afresh
from lead_pipeline_tests.integration.money.books import at, enter, terms
from lead_pipeline_tests.integration.people import Person, told
from lead_pipeline_tests.integration.steps import run_steps

SUPPLIERS = ["Acme", "Harbor", "Summit"]
BEGIN = datetime(2026, 1, 10, 12, tzinfo=UTC)
TERMS = [
    "price = 10\nreturn_days = 5",
    'price = 8.25\nlookback_days = 9\n[[rules]]\nprice = 3.5\nfields = { state = "NY" }',
    'price = 4\nscope = "supplier"\nfree = ["in_file_duplicate"]\nreturn_days = 30',
    "price = 2\ndaily_cap = 1\nleast_valid = 0.5",
    "",
]
PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Ann Lee", "Bo Ek"]),
        "mail": st.sampled_from(["", "", *(f"m{n}@example.com" for n in range(3))]),
        "phone": st.sampled_from(["", *(f"202-555-011{n}" for n in range(3))]),
        "state": st.sampled_from(["NY", "TX"]),
        "at": st.sampled_from(
            ["", *((BEGIN + timedelta(days=n)).isoformat() for n in (-20, 3, 9))]
        ),
        "dnc": st.sampled_from(["", "", "", "yes"]),
    }
)
FILES = st.tuples(
    st.just("file"), st.sampled_from(SUPPLIERS), st.lists(PEOPLE, min_size=1, max_size=3)
)
ACTS = st.lists(
    FILES
    | FILES
    | st.tuples(st.just("terms"), st.sampled_from(SUPPLIERS), st.sampled_from(TERMS))
    | st.tuples(st.sampled_from(["undo", "ask", "approve", "take_back"]), st.integers(0, 3))
    | st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3))
    | st.tuples(st.just("issue"), st.sampled_from(SUPPLIERS)),
    min_size=4,
    max_size=12,
)


def one(found: list[tuple[Any, ...]], at_: int) -> int:
    """One of some numbers; 0, which nothing has, where there are none."""
    number: int = found[at_ % len(found)][0] if found else 0
    return number


class History:
    """Acts at moments three days apart, and the statements as they were issued."""

    def __init__(self, site: Site) -> None:
        self.site, self.now, self.files = site, BEGIN, 0
        self.issued: dict[int, dict[str, Any]] = {}

    def do(self, act: str, *said: Any) -> None:
        """What cannot be done is refused, and changes nothing."""
        self.now += timedelta(days=3)
        with at(self.now):
            try:
                getattr(self, act)(*said)
            except OperatorError:
                return

    def file(self, supplier: str, people: list[Person]) -> None:
        self.files += 1
        people = [*people, {"name": f"file {self.files}"}]  # each file is one of its own
        import_ = enter(self.site, f"{supplier}/{self.files}.csv", self.now, *people)
        run_steps(self.site, import_)

    def terms(self, supplier: str, toml: str) -> None:
        terms(self.site, supplier, toml, self.now)

    def undo(self, which: int) -> None:
        query = "SELECT import_id FROM lead_sources WHERE undone_at IS NULL ORDER BY 1"
        undo_import(self.site, one(told(self.site, query), which))

    def ask(self, which: int) -> None:
        lead = one(told(self.site, "SELECT lead_id FROM leads_master ORDER BY 1"), which)
        with connect(self.site.settings.database_url, autocommit=True) as session:
            returns.ask(session, lead, "disconnected", "kim")

    def approve(self, which: int) -> None:
        query = "SELECT return_id FROM returns WHERE state = 'open' ORDER BY 1"
        with connect(self.site.settings.database_url, autocommit=True) as session:
            returns.approve(session, one(told(self.site, query), which), "lee")

    def merge(self, first: int, second: int) -> None:
        leads = told(self.site, "SELECT lead_id FROM leads_master ORDER BY 1")
        with connect(self.site.settings.database_url, autocommit=True) as session:
            merges.accept(session, one(leads, first), one(leads, second), "kim", self.site.settings)

    def take_back(self, which: int) -> None:
        query = "SELECT decision_id FROM merge_decisions ORDER BY 1"
        with connect(self.site.settings.database_url, autocommit=True) as session:
            merges.take_back(session, one(told(self.site, query), which), "kim")

    def issue(self, supplier: str) -> None:
        with connect(self.site.settings.database_url, autocommit=True) as session:
            month = (self.now.replace(day=1) - timedelta(days=1)).date()
            row = statements.issue(session, supplier, month, "kim")
            self.issued[row["statement_id"]] = statements.get_statement(
                session, row["statement_id"]
            )

    def require_whole(self) -> None:
        with connect(self.site.settings.database_url) as session:
            assert not any(broken_charges(session).values())
            for number, kept in self.issued.items():
                assert statements.get_statement(session, number) == kept
                events = kept["after_event"], kept["last_event"]
                assert statements.owed_between(session, kept["supplier"], *events) == kept["total"]


# A fixture for all examples is meant: each begins with emptied tables.
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_events_sum_up_to_the_outcomes_and_statements_stay(
    site: Site, acts: list[tuple[Any, ...]]
) -> None:
    start_afresh(site)
    history = History(site)
    for supplier, toml in zip(SUPPLIERS, TERMS, strict=False):
        terms(site, supplier, toml)
    for act in acts:
        history.do(*act)
        history.require_whole()
    for supplier in SUPPLIERS:
        history.do("issue", supplier)
    history.require_whole()

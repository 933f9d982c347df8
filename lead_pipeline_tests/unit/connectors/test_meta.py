"""Meta's lead forms against a fake of the Graph API, over HTTP."""

import json
from datetime import timedelta

import pytest

from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Forbidden,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.meta_faults import usage
from lead_pipeline.connectors.model import Part, Window
from lead_pipeline_tests.vendors.accounts import graph, meta_leads, read, server, vendors
from lead_pipeline_tests.vendors.faults import (
    DuplicateLast,
    answers,
    doing,
    html,
    mistyped,
    reset,
    too_many,
    truncated,
    unavailable,
    without,
)
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.server import Action, Vendors

__all__ = ["graph", "server", "vendors"]

FORM = "810000000000001"
LEADS = f"/graph/*/{FORM}/leads"


def sent(graph: Graph, count: int, **before: float) -> list[str]:
    """Leads of the form, one a minute up to so long before now; the newest first."""
    if FORM not in graph.forms:
        graph.add_form(FORM)
    last = graph.time.now() - timedelta(**before or {"minutes": 10})
    leads = [
        graph.add_lead(FORM, f"7000{n:012}", last - timedelta(minutes=n), full_name="Dana Example")
        for n in range(count)
    ]
    return [lead.lead_id for lead in leads]


def test_all_pages_are_read_and_only_the_end_tells_the_cursor(
    vendors: Vendors, graph: Graph
) -> None:
    ids = sent(graph, 250)
    source = meta_leads(vendors, graph)
    (part,) = source.parts()
    begin, *pages, last = source.pages(part, None, None)
    now = vendors.time.now().isoformat()
    assert (begin.records, begin.cursor) == ((), {"reached": now, "reread": now, "held": 0})
    assert [len(page.records) for page in pages] == [100, 100, 50]
    assert [page.cursor for page in pages] == [None] * 3
    assert [record.external_id for page in pages for record in page.records] == ids
    assert last.cursor == begin.cursor


def test_the_token_stands_in_the_header_alone(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 150)
    read(meta_leads(vendors, graph))
    assert len(vendors.calls(LEADS)) == 2
    for call in vendors.journal:
        assert call.headers["authorization"] == f"Bearer {graph.token}"
        assert graph.token not in str(call.query)


def test_an_empty_page_before_others_is_not_the_end(vendors: Vendors, graph: Graph) -> None:
    ids = sent(graph, 250)
    for lead_id in ids[100:200]:
        graph.leads[lead_id].erased = True
    assert read(meta_leads(vendors, graph)).ids == ids[:100] + ids[200:]


def test_a_page_whose_cursor_died_begins_the_walk_anew(vendors: Vendors, graph: Graph) -> None:
    """Meta binds a cursor to a lead, which may be deleted meanwhile."""
    ids = sent(graph, 150)
    vendors.fault(LEADS, doing(lambda: graph.leads.pop(ids[99])), nth=2)
    assert set(read(meta_leads(vendors, graph)).ids) == set(ids)
    assert len(vendors.calls(LEADS)) == 4


def test_active_forms_are_read_and_archived_ones_as_long_as_they_have_leads(
    vendors: Vendors, graph: Graph
) -> None:
    graph.add_form("old").status = "ARCHIVED"
    graph.add_form("old with a lead").status = "ARCHIVED"
    vendors.time.advance(days=100)
    graph.add_lead("old with a lead", "7")
    graph.add_form("new").status = "ARCHIVED"
    graph.add_form("active")
    graph.add_form("draft").status = "DRAFT"
    found = [part.key for part in meta_leads(vendors, graph).parts()]
    assert found == ["old with a lead", "new", "active"]


def test_more_than_a_page_of_forms_is_found(vendors: Vendors, graph: Graph) -> None:
    for n in range(130):
        graph.add_form(f"form {n}")
    assert len(list(meta_leads(vendors, graph).parts())) == 130


def test_a_late_lead_is_found_within_a_day_and_a_half(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 1)
    cursor = read(meta_leads(vendors, graph)).cursor
    created = vendors.time.now() - timedelta(hours=35)
    graph.add_lead(FORM, "late", created, visible=vendors.time.advance(minutes=15))
    assert "late" in read(meta_leads(vendors, graph), cursor).ids


def test_a_window_holds_both_of_its_ends_in_unix_seconds(vendors: Vendors, graph: Graph) -> None:
    """Meta's filter is strict, and heeds no other form of time."""
    graph.add_form(FORM)
    now = vendors.time.now()
    since, until = now - timedelta(hours=2), now - timedelta(hours=1)
    second = timedelta(seconds=1)
    for name, at in [("before", since - second), ("first", since), ("last", until),
                     ("after", until + second)]:  # fmt: skip
        graph.add_lead(FORM, name, at)
    found = read(meta_leads(vendors, graph), asked=Window(since, until))
    assert (found.ids, found.cursor) == (["last", "first"], None)
    bounds = json.loads(vendors.calls(LEADS)[0].params["filtering"])
    assert [type(bound["value"]) for bound in bounds] == [int, int]


def test_a_form_without_leads_stands_where_it_was_first_looked_at(
    vendors: Vendors, graph: Graph
) -> None:
    """Else a lead that came in a longer outage would be older than what a first pull reads."""
    graph.add_form(FORM)
    cursor = read(meta_leads(vendors, graph)).cursor
    graph.add_lead(FORM, "7", vendors.time.advance(hours=2))
    vendors.time.advance(days=5)
    assert read(meta_leads(vendors, graph), cursor).ids == ["7"]


@pytest.mark.parametrize(("age", "reached"), [(3, 3), (30, 2)])
def test_a_young_form_is_read_from_its_beginning_an_old_one_a_day_and_a_half_back(
    vendors: Vendors, graph: Graph, age: int, reached: int
) -> None:
    graph.add_form(FORM)
    vendors.time.advance(days=age)
    for days in range(age):
        hours = days * 24 + 12
        graph.add_lead(FORM, f"{days} days", vendors.time.now() - timedelta(hours=hours))
    assert len(read(meta_leads(vendors, graph)).ids) == reached


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_wrong_clock_opens_no_gap(vendors: Vendors, graph: Graph, minutes: int) -> None:
    """The vendor's time holds where it is earlier, and no cursor stands in the future."""
    vendors.time.client_ahead = timedelta(minutes=minutes)
    cursor, found = None, set[str]()
    sent(graph, 1)
    for n in range(8):
        graph.add_lead(FORM, f"lead {n}", vendors.time.advance(minutes=15))
        seen = read(meta_leads(vendors, graph), cursor)
        found, cursor = found | set(seen.ids), seen.cursor
        assert cursor["reached"] <= vendors.time.now().isoformat()
    vendors.time.advance(minutes=30)
    found |= set(read(meta_leads(vendors, graph), cursor).ids)
    assert found == graph.leads.keys()


def test_throttling_is_waited_for_as_long_as_meta_says(vendors: Vendors, graph: Graph) -> None:
    """It comes as a 400, and minutes in a header."""
    sent(graph, 150)
    busy = {"type": "leadgen", "call_count": 101, "estimated_time_to_regain_access": 7}
    header = {"X-Business-Use-Case-Usage": json.dumps({graph.page_id: [busy]})}
    error = {"error": {"code": 80005, "message": "too many calls", "is_transient": True}}
    vendors.fault(LEADS, answers(error, 400, header), nth=2)
    assert len(read(meta_leads(vendors, graph)).ids) == 150
    assert vendors.time.slept == [420]
    _, refused, again = vendors.calls(LEADS)
    assert (again.query, again.at - refused.at) == (refused.query, timedelta(minutes=7))


def test_throttling_for_longer_than_a_pull_may_wait_ends_it(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 1)
    source = meta_leads(vendors, graph)
    (part,) = source.parts()
    graph.calls_a_day = 1
    with pytest.raises(Throttled) as raised:
        list(source.pages(part, None, None))
    assert raised.value.wait == pytest.approx(86_400, abs=120)
    assert vendors.time.slept == []


def test_calls_slow_down_before_the_budget_is_used_up(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 150)
    graph.calls_a_day = 4
    assert len(read(meta_leads(vendors, graph)).ids) == 150
    assert vendors.time.slept == []
    graph.calls_a_day = 5
    list(meta_leads(vendors, graph).parts())
    assert vendors.time.slept == [5]


@pytest.mark.parametrize(
    ("subcode", "why"), [(458, "removed"), (460, "password"), (463, "expired"), (467, "not valid")]
)
def test_a_token_that_is_dead_is_told_with_what_to_do_and_never_tried_again(
    vendors: Vendors, graph: Graph, subcode: int, why: str
) -> None:
    sent(graph, 150)
    graph.subcode = subcode

    def expire() -> None:
        graph.expires = vendors.time.now()

    vendors.fault(LEADS, doing(expire), nth=2)
    with pytest.raises(AccessLost, match=f"{why}.*set META_PAGE_ACCESS_TOKEN") as raised:
        read(meta_leads(vendors, graph))
    assert len(vendors.calls(LEADS)) == 2
    assert graph.token not in str(raised.value)


def test_too_much_data_is_asked_for_again_by_halves(vendors: Vendors, graph: Graph) -> None:
    ids = sent(graph, 60)
    graph.largest_page = 30
    assert read(meta_leads(vendors, graph)).ids == ids
    limits = [call.params["limit"] for call in vendors.calls(LEADS)]
    assert limits == ["100", "50", "25", "25", "25"]


def test_a_form_that_may_not_be_read_says_what_to_grant(vendors: Vendors, graph: Graph) -> None:
    graph.add_form(FORM).forbidden = True
    with pytest.raises(Forbidden, match="Grant leads_retrieval"):
        read(meta_leads(vendors, graph))


def test_a_call_that_meta_does_not_understand_is_not_tried_again(
    vendors: Vendors, graph: Graph
) -> None:
    sent(graph, 1)
    error = {"error": {"code": 100, "message": "(#100) Tried accessing nonexisting field"}}
    vendors.fault(LEADS, answers(error, 400), times=9)
    with pytest.raises(BadRequest, match="nonexisting field"):
        read(meta_leads(vendors, graph))
    assert len(vendors.calls(LEADS)) == 1


OUTAGES = [unavailable(), unavailable(500), reset(), too_many(30), too_many(),
           answers({"error": {"code": 2, "message": "Service temporarily unavailable"}}, 400),
           answers({"error": {"code": 7, "is_transient": True}}, 400)]  # fmt: skip
BROKEN = [html(), truncated(), answers(False), answers({}), without("data"), mistyped("data"),
          without("id"), mistyped("id", 7)]  # fmt: skip


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_of_a_moment_is_outlived(vendors: Vendors, graph: Graph, outage: Action) -> None:
    ids = sent(graph, 150)
    vendors.fault(LEADS, outage, nth=2, times=2)
    assert read(meta_leads(vendors, graph)).ids == ids


@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_stays_broken_fails_after_two_more_tries(
    vendors: Vendors, graph: Graph, broken: Action
) -> None:
    ids = sent(graph, 150)
    vendors.fault(LEADS, broken, nth=2, times=2)
    assert read(meta_leads(vendors, graph)).ids == ids
    vendors.fault(LEADS, broken, nth=2, times=3)
    with pytest.raises(Malformed):
        read(meta_leads(vendors, graph))


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (mistyped("created_time", "yesterday"), "created_time cannot be read"),
        (without("created_time"), "created_time cannot be read"),
        (mistyped("field_data"), "field_data cannot be read"),
        (mistyped("field_data", [7]), "field_data cannot be read"),
        (without("field_data"), "field_data cannot be read"),
    ],
)
def test_a_lead_that_cannot_be_read_is_kept_until_it_can(
    vendors: Vendors, graph: Graph, broken: Action, problem: str
) -> None:
    sent(graph, 2)
    vendors.fault(LEADS, broken)
    found = read(meta_leads(vendors, graph))
    assert [record.problem for record in found.records] == [problem] * 2
    again = read(meta_leads(vendors, graph), found.cursor)
    assert [record.problem for record in again.records] == [None, None]


@pytest.mark.parametrize("broken", [mistyped("leads_count", None), mistyped("created_time")])
def test_a_list_of_forms_that_stays_broken_fails_the_pull(
    vendors: Vendors, graph: Graph, broken: Action
) -> None:
    sent(graph, 2)
    vendors.fault("/graph/*/leadgen_forms", broken, times=3)
    with pytest.raises(Malformed):
        list(meta_leads(vendors, graph).parts())


def test_the_same_lead_on_two_pages_is_given_as_it_came(vendors: Vendors, graph: Graph) -> None:
    """While leads arrive, the newest first, the last one of a page moves on to the next."""
    ids = sent(graph, 150)
    vendors.fault(LEADS, DuplicateLast(lambda page: page["data"]), times=2)
    assert read(meta_leads(vendors, graph)).ids == [*ids[:100], ids[99], *ids[100:]]


def test_a_lead_that_a_webhook_named_is_read_as_the_poll_would(
    vendors: Vendors, graph: Graph
) -> None:
    (lead_id,) = sent(graph, 1)
    polled = read(meta_leads(vendors, graph))
    assert polled.records == [meta_leads(vendors, graph).lead(lead_id)]
    assert polled.leads[0]["form_name"] == "Autumn"


def test_a_lead_that_is_not_there_yet_may_be_so_later(vendors: Vendors, graph: Graph) -> None:
    graph.add_form(FORM)
    with pytest.raises(Transient, match="does not exist"):
        meta_leads(vendors, graph).lead("700001234567890123")
    assert len(vendors.journal) == 1


def test_a_test_lead_is_known_by_its_dummy_answers(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 1)
    graph.add_lead(FORM, "test", vendors.time.now() - timedelta(hours=1),
                   full_name="<test lead: dummy data for full_name>")  # fmt: skip
    found = read(meta_leads(vendors, graph)).records
    assert {record.external_id for record in found if record.is_test} == {"test"}


def test_access_is_checked_from_the_token_to_a_lead(vendors: Vendors, graph: Graph) -> None:
    sent(graph, 1)
    assert list(meta_leads(vendors, graph).check()) == [
        "the token opens the Page A page",
        "1 of 1 lead forms are read",
        "leads of the form Autumn can be read",
    ]


def test_the_use_of_the_app_counts_as_that_of_the_page_does() -> None:
    assert usage({"x-app-usage": '{"call_count": 28, "total_time": 91}'}).percent == 91
    assert usage({"x-business-use-case-usage": "no JSON"}).percent == 0
    assert usage({}).wait is None


def test_a_part_that_is_asked_for_by_itself_is_read_a_day_back(
    vendors: Vendors, graph: Graph
) -> None:
    ids = sent(graph, 3)
    assert read(meta_leads(vendors, graph), part=Part(FORM, "Autumn")).ids == ids

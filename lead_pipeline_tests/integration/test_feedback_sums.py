"""Whatever feedback comes: each row is in one place, each stop counts, undo takes all else back."""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching.proofs import broken_counts
from lead_pipeline.suppression.stop_words import says_stop
from lead_pipeline_tests.integration.dagster_run import drop, import_object, state
from lead_pipeline_tests.integration.people import day, imported, leads, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

HEADER = ["lead_number", "lead_id", "phone", "email", "at", "channel", "disposition", "reply",
          "returned"]  # fmt: skip
PHONES = ["202-555-0101", "202-555-0102", "202-555-0103", "202-555-0177", "12"]
ROW = st.tuples(
    st.sampled_from(["", "", "", "1", "3", "99"]),
    st.sampled_from(["", "", "a-1", "b-2", "zzz"]),
    st.sampled_from(["", *PHONES]),
    st.sampled_from(["", "ann@example.com", "who@example.com"]),
    st.sampled_from(["", *map(day, range(3, 7))]),
    st.sampled_from(["", "call", "sms", "email"]),
    st.sampled_from(["", "Busy", "Sold", "DNC"]),
    st.sampled_from(["", "yes", "STOP", "please stop calling", "\x1f"]),
    st.sampled_from(["", "yes", "no"]),
)
FILES = st.lists(st.lists(ROW, min_size=1, max_size=8), min_size=1, max_size=3)


@given(FILES)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_comes(site: Site, files: list[list[tuple[str, ...]]]) -> None:
    if not leads(site, "lead_id"):
        for name, phone in (("a-1", PHONES[0]), ("b-2", PHONES[1]), ("c-3", PHONES[2])):
            person = {"id": name, "name": f"Pat {name}", "phone": phone, "at": day(1)}
            imported(site, f"Acme/{name}.csv", person)
    imports = [_imported(site, rows) for rows in files]

    for import_, rows in zip(imports, files, strict=True):
        assert import_.status in (Status.COMPLETED, Status.REJECTED)
        assert sum(import_.row_outcomes.values()) == (import_.rows_read or 0)
        if import_.status is Status.COMPLETED:
            _require_stops(site, import_, rows)
    assert leads(site, "lead_id") == [1, 2, 3]
    attempts = (
        "SELECT l.lead_id FROM leads_master AS l WHERE l.total_attempts <> (SELECT count(*)"
        " FROM lead_feedback AS f WHERE f.lead_id = l.lead_id AND f.is_attempt)"
    )
    assert told(site, attempts) == []
    called = (
        "SELECT o.value FROM opt_outs_received AS o"
        " JOIN leads_master AS l ON o.value = ANY (l.phones || l.email_keys)"
    )
    assert told(site, called) == []
    with connect(site.settings.database_url) as session:
        assert not any(broken_counts(session).values())

    for import_ in imports:
        if state(site, import_).status is Status.COMPLETED:
            undo_import(site, import_.import_id)
    assert leads(site, "status", "total_attempts") == [("New", 0)] * 3
    assert told(site, "SELECT 1 FROM lead_returns") == []


NUMBERS = count()


def _imported(site: Site, rows: list[tuple[str, ...]]) -> Import:
    number = next(NUMBERS)  # also in the header: no two files are the same
    content = csv_file([*HEADER, f"Note {number}"], [[*row, ""] for row in rows])
    return run_steps(site, drop(site, f"Dialer/{number}.csv", content))


def _require_stops(site: Site, import_: Import, rows: list[tuple[str, ...]]) -> None:
    """Whoever says stop and has a number or address for it is opted out, lead or not."""
    query = "SELECT row_number, channel FROM opt_outs_received WHERE import_id = %s"
    found = set(told(site, query, import_.import_id))
    for number, row in enumerate(rows, start=2):
        said = dict(zip(HEADER, row, strict=True))
        if not (says_stop(said["reply"]) or said["disposition"] == "DNC"):
            continue
        by_mail = said["channel"] == "email"
        if by_mail and said["email"]:
            assert (number, "email") in found, said
        if said["channel"] in ("call", "sms") and said["phone"] in PHONES[:4]:
            assert (number, "phone") in found, said


def test_its_assets_and_checks_pass_in_dagster(site: Site) -> None:
    imported(site, "Acme/ann.csv", {"name": "Ann Lee", "phone": PHONES[0], "at": day(1)})
    content = csv_file(["phone", "reply"], [[PHONES[0], "yes"], [PHONES[3], "stop"]])
    import_ = drop(site, "Dialer/replies.csv", content)
    result = import_object(site, import_)
    assert result.success
    assert all(one.passed for one in result.get_asset_check_evaluations())
    assert state(site, import_).row_outcomes == {"contacts": 1, "rejected": 1, "blank": 0}

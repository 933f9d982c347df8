"""What is foreseen of a lead by digests is what would be said of it, or that it cannot be said."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lead_pipeline.database import connect
from lead_pipeline.imports.ping import Ping, foresee
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.imports.verdict import Verdict
from lead_pipeline.matching import digests, merges
from lead_pipeline.matching.digests import digest_next
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.people import ago, agree, imported, told
from lead_pipeline_tests.integration.posting import judged
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.test_matching_order import (
    ARRIVED,
    SUPPLIERS,
    File,
    begin,
    files,
)

NOW = ARRIVED + timedelta(days=1)
MAILS = [*(f"m{n}@example.com" for n in range(4)), "info@example.com", "nobody@example.com"]
PHONES = [f"+1202555011{n}" for n in range(5)]
CHANNELS = st.sampled_from([*MAILS, *PHONES])
ASKED = st.tuples(
    st.sampled_from(SUPPLIERS),
    st.sampled_from([None, *MAILS]),
    st.sampled_from([None, *PHONES]),
).filter(lambda asked: any(asked[1:]))


def digest(key: str | None) -> bytes | None:
    return None if key is None else sha256(key.encode()).digest()


def foreseen(
    site: Site, mail: str | None = None, phone: str | None = None, supplier: str = "Acme",
    campaign: str | None = None, now: datetime | None = None,
) -> Verdict:  # fmt: skip
    ping = Ping(digest(mail), digest(phone), campaign)
    with connect(site.settings.database_url, autocommit=True) as session:
        at = now or datetime.now(UTC)
        (verdict,) = foresee(session, [(ping, supplier)], at, lambda _: ()).verdicts
    return verdict


def digest_all(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        while digest_next(session):
            pass


# A fixture for all examples is meant: each begins with emptied tables. A ping changes nothing, so
# that many are asked of the same leads, which take longer to come about.
@settings(
    max_examples=18, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    files(),
    st.lists(CHANNELS, max_size=2, unique=True),
    st.integers(0, 4),
    st.integers(0, 4),
    st.lists(ASKED, min_size=3, max_size=9, unique=True),
)
def test_a_ping_is_told_what_the_lead_would_be(
    site: Site,
    before: list[File],
    opted_out: list[str],
    digested_after: int,
    undone: int,
    asked: list[tuple[str, str | None, str | None]],
) -> None:
    """However many of the files are digested, and whichever one is taken back."""
    begin(site)
    for at, file in enumerate(before):
        import_ = run_steps(site, file.register(site))
        if at == undone:
            undo_import(site, import_.import_id)
        if at == digested_after:
            digest_all(site)
    if opted_out:
        with connect(site.settings.database_url, autocommit=True) as session:
            opt_out(session, opted_out, None, site.settings)
    for supplier, mail, phone in asked:
        lead = {"full_name": "Di Fox", "email": mail, "phone": phone}
        (said,) = judged(site, supplier, [json.dumps(lead)], NOW)
        ping = foreseen(site, mail, phone, supplier, now=NOW)
        if ping.status != "unknown":
            assert ping == said
        elif is_everybodys_own(site, mail, phone):
            raise AssertionError(f"{said.status} could be said")


def is_everybodys_own(site: Site, mail: str | None, phone: str | None) -> bool:
    """Whether a mail and a phone tell people apart, so that nothing else has to be known."""
    shared = [value for (value,) in told(site, "SELECT value FROM shared_numbers")]
    return mail != "info@example.com" and phone not in shared


ANN, PHONE = "ann@example.com", "+12025550101"


def test_who_is_known_is_a_duplicate_before_and_after_it_is_digested(site: Site) -> None:
    assert foreseen(site, ANN) == Verdict("accepted")
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": ANN, "phone": PHONE})
    for _ in range(2):
        assert [foreseen(site, ANN).status, foreseen(site, phone=PHONE).status] == ["duplicate"] * 2
        digest_all(site)
    assert told(site, "SELECT * FROM undigested") == []
    assert foreseen(site, ANN, "+12025550109").status == "duplicate"
    assert foreseen(site, "Ann@example.com").status == "accepted"  # the digest of another text


def test_pings_that_are_answered_together_do_not_concern_one_another(site: Site) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": ANN})
    agree(site, "Summit", scope="supplier")
    bo, ann = Ping(digest("bo@example.com")), Ping(digest(ANN))
    pings = [(bo, "Acme"), (ann, "Acme"), (bo, "Acme"), (ann, "Summit"), (bo, "Harbor")]
    with connect(site.settings.database_url, autocommit=True) as session:
        told = foresee(session, pings, datetime.now(UTC), lambda _: ()).verdicts
    assert [one.status for one in told] == [
        "accepted", "duplicate", "accepted", "accepted", "accepted",
    ]  # fmt: skip


def test_who_is_on_a_list_is_suppressed_before_and_after_it_is_digested(
    site: Site, command: Command
) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, [ANN], None, site.settings)
    listed = site.settings.home / "list.csv"
    listed.write_text(f"phone\n{PHONE}\n", encoding="utf-8")
    command("dnc", "load", str(listed), "--list", "state", "--kind", "state")
    for _ in range(2):
        assert foreseen(site, ANN, PHONE).status == "suppressed"
        assert foreseen(site, ANN, "+12025550102").status == "accepted"  # may be called
        digest_all(site)
    listed.write_text("phone\n+12025550102\n+12025550103\n", encoding="utf-8")
    command("dnc", "load", str(listed), "--list", "state")
    for _ in range(2):
        numbers = (PHONE, "+12025550102", "+12025550103")
        told_of = [foreseen(site, phone=number).status for number in numbers]
        assert told_of == ["accepted", "suppressed", "suppressed"]
        digest_all(site)


def test_the_list_of_a_campaign_needs_the_campaign(site: Site, command: Command) -> None:
    listed = site.settings.home / "no_solar.csv"
    listed.write_text(f"phone\n{PHONE}\n", encoding="utf-8")
    command("dnc", "load", str(listed), "--list", "no solar", "--campaign", "Solar")
    told_of = [foreseen(site, phone=PHONE, campaign=name) for name in ("solar", "Roof", None)]
    assert [one.status for one in told_of] == ["suppressed", "accepted", "unknown"]


@pytest.mark.parametrize("is_digested", [False, True])
def test_whose_import_is_taken_back_is_unknown_to_us_again(site: Site, is_digested: bool) -> None:
    import_ = imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": ANN})
    if is_digested:
        digest_all(site)
    undo_import(site, import_.import_id)
    assert foreseen(site, ANN).status == "accepted"


def test_who_is_one_by_a_persons_decision_is_known_by_either_key(site: Site) -> None:
    ann = {"name": "Ann Lee", "mail": ANN}
    both = imported(site, "Harbor/one.csv", ann, {"name": "Ann Roe", "phone": PHONE})
    with connect(site.settings.database_url, autocommit=True) as session:
        first, second = (
            one["lead_id"] for one in session.execute("SELECT lead_id FROM leads_master")
        )
        merges.accept(session, first, second, "ann", site.settings)
    undo_import(site, both.import_id)
    imported(site, "Harbor/again.csv", ann)
    assert foreseen(site, phone=PHONE).status == "duplicate"


def test_a_mail_of_a_function_cannot_be_told_without_the_name(site: Site) -> None:
    assert foreseen(site, "info@example.com").status == "accepted"
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": "info@example.com"})
    assert foreseen(site, "info@example.com").status == "unknown"


def test_where_sources_count_a_known_person_cannot_be_told(site: Site) -> None:
    agree(site, "Acme", scope="source")
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": ANN, "at": ago(days=400)})
    assert foreseen(site, ANN).status == "unknown"
    assert foreseen(site, "bo@example.com").status == "accepted"


def test_what_cannot_be_digested_in_time_is_unknown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(site, "Harbor/list.csv", {"name": "Ann Lee", "mail": ANN})
    monkeypatch.setattr(digests, "MOST_UNDIGESTED", 1)
    assert foreseen(site, "bo@example.com") == Verdict(
        "unknown", "new lists are being taken in: ask again in a minute"
    )
    digest_all(site)
    assert foreseen(site, "bo@example.com").status == "accepted"


def test_digests_are_kept_once(site: Site) -> None:
    for name in ("one", "two"):
        imported(site, f"Harbor/{name}.csv", {"name": name, "mail": ANN, "phone": PHONE})
    digest_all(site)
    assert sorted(told(site, "SELECT value FROM key_digests")) == [(PHONE,), (ANN,)]

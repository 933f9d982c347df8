"""Each condition: what raises it, what does not, and what is told."""

from dataclasses import replace
from typing import Any

import pytest

from lead_pipeline.notices.conditions import LIST_DAYS, Severity, raised
from lead_pipeline.notices.facts import Deaf, Facts, Held, ListAge, Rhythm, Share, SourceState

WELL = Facts(
    unseen=5.0,
    daemon_silent=20.0,
    oldest_open=5.0,
    failed=(),
    free_mb=9000,
    min_free_mb=1024,
    lists=(ListAge("national", "national", 3), ListAge("opt-outs", "internal", 900)),
    sources=(SourceState("meta", 15, 600.0, 10.0),),
    rhythms=(Rhythm("Acme", 1.0, 1.0),),
    shares=(Share("Acme", 7, 0.4, 0.5),),
    rejected=(Share("Acme", 7, 0.05, 0.01),),
    held=(Held(8, 3600.0),),
)


def test_when_all_goes_as_it_should_nothing_is_told() -> None:
    assert raised(WELL) == []
    assert raised(Facts(5.0, None, 0.0, (), 9000, 1024)) == []


@pytest.mark.parametrize(
    ("facts", "kind", "subject", "told"),
    [
        ({"unseen": 75.0}, "nobody_looks", "", "for 75 s. Dagster's daemon works and its sensor"),
        ({"unseen": 75.0, "daemon_silent": 75.0}, "nobody_looks", "", "daemon is away"),
        ({"unseen": 75.0, "daemon_silent": None}, "nobody_looks", "", "daemon is away"),
        ({"oldest_open": 1200.0}, "import_waits", "", "open for 20 minutes"),
        ({"failed": (9,)}, "import_failed", "9", "`lead-pipeline again 9`"),
        ({"free_mb": 1000}, "disk_full", "", "has 1,000 MB free"),
        ({"free_mb": 2000}, "disk_filling", "", "below 1,024 MB"),
        ({"lists": (ListAge("state", "state", LIST_DAYS),)}, "list_old", "state", "28 days old"),
        ({"sources": (SourceState("meta", 15, 3600.0, 0.0),)}, "pulls_fail", "meta",
         "for 60 minutes"),
        ({"sources": (SourceState("meta", 15, 1.0, 400.0),)}, "inbox_waits", "meta",
         "waited for 7 minutes"),
        ({"webhooks": (("meta", "Only the poll found 3 records"),)}, "webhook_fails", "meta",
         "Only the poll found 3 records."),
        ({"rhythms": (Rhythm("Acme", 7.0, 21.0),)}, "supplier_silent", "Acme",
         "nothing for 21 days, and as a rule sends every 7"),
        ({"shares": (Share("Acme", 7, 0.2, 0.5),)}, "few_new", "Acme", "20% were new"),
        ({"rejected": (Share("Acme", 7, 0.2, 0.05),)}, "many_rejected", "Acme",
         "20% of the rows were rejected"),
        ({"held": (Held(8, 2 * 86_400.0),)}, "import_held", "8", "for 2 days: look at it."),
        ({"failed_jobs": (("upkeep", "5e0a11d0-1"),)}, "run_failed", "upkeep", "see run 5e0a11d0 "),
        ({"deaf": (Deaf(2, 3, 1, "TimeoutError"),)}, "delivery_fails", "address 2",
         "takes nothing (TimeoutError): 3 messages waiting, 1 given up."),
        ({"failed_checks": ("no_lead",)}, "check_failed", "no_lead", "The check no_lead failed"),
    ],
)  # fmt: skip
def test_each_thing_is_told_with_what_it_is_about(
    facts: dict[str, Any], kind: str, subject: str, told: str
) -> None:
    (one,) = raised(replace(WELL, **facts))
    assert (one.kind, one.subject) == (kind, subject)
    assert told in one.told
    assert one.told.endswith(".")
    critical = {"nobody_looks", "disk_full"}
    assert one.severity is (Severity.CRITICAL if kind in critical else Severity.WARNING)


def test_a_list_that_may_hold_opt_outs_is_critical_before_their_limit() -> None:
    (one,) = raised(replace(WELL, held=(Held(8, 10 * 86_400.0),)))
    assert (one.severity, one.subject) == (Severity.CRITICAL, "8")
    assert "within ten business days" in one.told


def test_a_supplier_of_every_day_may_have_a_day_off() -> None:
    assert raised(replace(WELL, rhythms=(Rhythm("Acme", 0.5, 1.6),))) == []
    assert raised(replace(WELL, sources=(SourceState("meta", 15, None, 0.0),))) == []

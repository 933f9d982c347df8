"""What of the facts people should know: pure functions, each with its limit and why it is that.

Every condition tells what is wrong and what to do. A text never holds anything of a person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lead_pipeline.notices.facts import Facts
from lead_pipeline.notices.words import counted


class Severity(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Raised:
    """One thing that is so now; the same `kind` and `subject` are the same thing."""

    kind: str
    subject: str
    severity: Severity
    told: str


LOOK_SECONDS = 60.0
"""A tick of the sensor looks for some seconds, and the next one follows within a few; Dagster's
daemons tell every 30 s that they work."""
OPEN_SECONDS = 600.0
"""A list of 50 MB takes seconds; what is open after ten minutes waits for something."""
LIST_DAYS = 28
"""Three days before the 31 that 47 CFR 64.1200(c)(2)(i)(D) lets a version of the national list
be used for calls in the US."""
RHYTHM = 3.0
"""So many times the usual days between its lists, a supplier is silent."""
LEAST_SILENT_DAYS = 2.0
SHARE = 0.5
"""An import whose share of new contacts is under half of what is usual is looked at."""
REJECTED, LEAST_REJECTED = 3.0, 0.1
"""An import with three times the usual share of rejected rows is looked at, if it is a tenth."""
HELD_SECONDS = 86_400.0
OPT_OUT_SECONDS = 10 * 86_400.0
"""Opt-outs count in the transaction that reads them, but for those of a list that waits for a
person: 47 CFR 64.1200(d)(3) gives ten business days, which are twelve days at the least."""
PULLS = 4
"""So many times the interval of a source without a good pull are no chance."""
INBOX_SECONDS = 300.0


def raised(facts: Facts) -> list[Raised]:
    """All that is so now."""
    return [one for condition in _CONDITIONS for one in condition(facts)]


def _nobody_looks(facts: Facts) -> Iterator[Raised]:
    if facts.unseen < LOOK_SECONDS:
        return
    if facts.daemon_silent is None or facts.daemon_silent >= LOOK_SECONDS:
        why = "Dagster's daemon is away: start `lead-pipeline up` again"
    else:
        why = (
            "Dagster's daemon works and its sensor new_lead_files does not: see that it is "
            "switched on, and what its last tick says (`lead-pipeline doctor` tells whether the "
            "bucket and the code server answer)"
        )
    told = f"Nobody has looked at the bucket for {facts.unseen:.0f} s. {why}."
    yield Raised("nobody_looks", "", Severity.CRITICAL, told)


def _import_waits(facts: Facts) -> Iterator[Raised]:
    if facts.oldest_open >= OPEN_SECONDS:
        told = (
            f"An import has been open for {facts.oldest_open / 60:.0f} minutes: "
            "`lead-pipeline status` says at which step and why."
        )
        yield Raised("import_waits", "", Severity.WARNING, told)


def _imports_failed(facts: Facts) -> Iterator[Raised]:
    for number in facts.failed:
        told = (
            f"Import {number} has failed: `lead-pipeline status {number}` says why, and "
            f"`lead-pipeline again {number}` brings it back."
        )
        yield Raised("import_failed", str(number), Severity.WARNING, told)


def _disk_full(facts: Facts) -> Iterator[Raised]:
    if facts.free_mb < facts.min_free_mb:
        told = (
            f"The disk of LEADS_HOME has {facts.free_mb:,} MB free, and nothing is loaded below "
            f"{facts.min_free_mb:,} MB (LEADS_MIN_FREE_MB): make room."
        )
        yield Raised("disk_full", "", Severity.CRITICAL, told)
    elif facts.free_mb < 2 * facts.min_free_mb:
        told = (
            f"The disk of LEADS_HOME has {facts.free_mb:,} MB free; below "
            f"{facts.min_free_mb:,} MB (LEADS_MIN_FREE_MB) nothing is loaded: make room in time."
        )
        yield Raised("disk_filling", "", Severity.WARNING, told)


def _list_old(facts: Facts) -> Iterator[Raised]:
    for one in facts.lists:
        if one.kind != "internal" and one.days >= LIST_DAYS:
            told = (
                f"The do-not-call list {one.name} is {one.days:.0f} days old: load a new version "
                "(`lead-pipeline dnc load`)."
            )
            yield Raised("list_old", one.name, Severity.WARNING, told)


def _pulls_fail(facts: Facts) -> Iterator[Raised]:
    for one in facts.sources:
        if one.behind is not None and one.behind >= PULLS * 60 * one.minutes:
            told = (
                f"No pull of {one.name} has ended well for {one.behind / 60:.0f} minutes: "
                f"`lead-pipeline pull {one.name} --check` says what to do."
            )
            yield Raised("pulls_fail", one.name, Severity.WARNING, told)


def _inbox_waits(facts: Facts) -> Iterator[Raised]:
    for one in facts.sources:
        if one.oldest_waiting >= INBOX_SECONDS:
            told = (
                f"A record of {one.name} has waited for {one.oldest_waiting / 60:.0f} minutes and "
                "is not in the bucket: `lead-pipeline doctor` says whether the bucket answers."
            )
            yield Raised("inbox_waits", one.name, Severity.WARNING, told)


def _webhook_fails(facts: Facts) -> Iterator[Raised]:
    for source, warning in facts.webhooks:
        yield Raised("webhook_fails", source, Severity.WARNING, f"{warning}.")


def _supplier_silent(facts: Facts) -> Iterator[Raised]:
    for one in facts.rhythms:
        if one.silent_days >= max(LEAST_SILENT_DAYS, RHYTHM * one.usual_days):
            told = (
                f"{one.supplier} has sent nothing for {one.silent_days:.0f} days, and as a rule "
                f"sends every {one.usual_days:.0f}: ask whether a list was lost."
            )
            yield Raised("supplier_silent", one.supplier, Severity.WARNING, told)


def _few_new(facts: Facts) -> Iterator[Raised]:
    for one in facts.shares:
        if one.last < SHARE * one.usual:
            told = (
                f"Of the last list of {one.supplier} {one.last:.0%} were new, and as a rule "
                f"{one.usual:.0%} are: look at import {one.import_id}."
            )
            yield Raised("few_new", one.supplier, Severity.WARNING, told)


def _many_rejected(facts: Facts) -> Iterator[Raised]:
    for one in facts.rejected:
        if one.last >= max(LEAST_REJECTED, REJECTED * one.usual):
            told = (
                f"Of the last list of {one.supplier} {one.last:.0%} of the rows were rejected, and "
                f"as a rule {one.usual:.0%} are: `lead-pipeline errors {one.import_id}` says why."
            )
            yield Raised("many_rejected", one.supplier, Severity.WARNING, told)


def _import_held(facts: Facts) -> Iterator[Raised]:
    for one in facts.held:
        days = one.seconds / 86_400
        if one.seconds >= OPT_OUT_SECONDS:
            told = (
                f"Import {one.import_id} has waited for a person for {days:.0f} days, and who opts "
                "out in it has to be left alone within ten business days: look at it today."
            )
            yield Raised("import_held", str(one.import_id), Severity.CRITICAL, told)
        elif one.seconds >= HELD_SECONDS:
            told = (
                f"Import {one.import_id} has waited for a person for {days:.0f} days: look at it."
            )
            yield Raised("import_held", str(one.import_id), Severity.WARNING, told)


def _jobs_failed(facts: Facts) -> Iterator[Raised]:
    for job, run_id in facts.failed_jobs:
        told = f"The last run of the job {job} failed: see run {run_id[:8]} in Dagster's UI."
        yield Raised("run_failed", job, Severity.WARNING, told)


def _checks_failed(facts: Facts) -> Iterator[Raised]:
    for name in facts.failed_checks:
        told = (
            f"The check {name} failed when it was made last: its metadata in Dagster's UI says why."
        )
        yield Raised("check_failed", name, Severity.WARNING, told)


def _delivery_fails(facts: Facts) -> Iterator[Raised]:
    for one in facts.deaf:
        told = (
            f"Address {one.number} of LEADS_NOTICE_URLS takes nothing ({one.last_error}): "
            f"{counted(one.waiting, 'message')} waiting, {one.given_up} given up."
        )
        yield Raised("delivery_fails", f"address {one.number}", Severity.WARNING, told)


_CONDITIONS: tuple[Callable[[Facts], Iterator[Raised]], ...] = (
    _nobody_looks,
    _import_waits,
    _imports_failed,
    _disk_full,
    _list_old,
    _pulls_fail,
    _inbox_waits,
    _webhook_fails,
    _supplier_silent,
    _few_new,
    _many_rejected,
    _import_held,
    _jobs_failed,
    _checks_failed,
    _delivery_fails,
)

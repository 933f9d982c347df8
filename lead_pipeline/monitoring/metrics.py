"""What Prometheus is told: asked of the database at each scrape.

So it is right with any number of processes and machines. Names follow Prometheus's own advice
(https://prometheus.io/docs/practices/naming/). Labels hold names of suppliers, sources and lists,
never anything of a person, and no more of them than are good for a time series database.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.intake.looks import since_look
from lead_pipeline.ledger import OUTCOME_COLUMNS, Status
from lead_pipeline.settings import Settings
from lead_pipeline.stack.heartbeats import heartbeats

MOST_SUPPLIERS = 50
"""Suppliers with a label of their own, those with the most imports; the others are one."""
LAST_IMPORTS = 10_000
"""Of so many imports it is looked which ones the last hour had, which an hour does not exceed."""
_SHARES = {"0.5": 0.5, "0.95": 0.95, "1": 1.0}
_NOBODY, _OTHERS = "", "(others)"
_ROW_OUTCOMES = ("contacts", "rejected", "blank")


def exposition(settings: Settings) -> bytes:
    """All metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Metrics(settings))
    return generate_latest(registry)


class Metrics(Collector):
    """Asks anew whenever it is collected."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when it is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        yield self._disk()
        up = GaugeMetricFamily("lead_pipeline_database_up", "Whether the database answers.")
        now = datetime.now(UTC)
        try:
            with connect(self._settings.database_url) as session:
                found = [*_look(session, now), *_imports(session), *_lately(session)]
                found += [*_lists(session, now), *_sources(session, now)]
            found += self._daemons()
        except OutsideTrouble:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _disk(self) -> Metric:
        free = GaugeMetricFamily("lead_pipeline_disk_free_bytes", "Room on the disk of LEADS_HOME.")
        free.add_metric([], shutil.disk_usage(self._settings.home).free)
        return free

    def _daemons(self) -> list[Metric]:
        since = GaugeMetricFamily(
            "lead_pipeline_daemon_seconds",
            "Seconds since a daemon of Dagster last told that it works.",
            labels=["daemon"],
        )
        for beat in heartbeats(self._settings.database_url):
            since.add_metric([beat.daemon.lower()], beat.seconds_ago)
        return [since]


def _imports(session: Connection) -> list[Metric]:
    counted = run(session, "monitoring/count_imports").fetchall()
    by_status = GaugeMetricFamily(
        "lead_pipeline_imports", "Imports by how far they are.", labels=["status"]
    )
    for status in Status:
        there = sum(row["imports"] for row in counted if row["status"] == status)
        by_status.add_metric([status], there)
    rows = GaugeMetricFamily(
        "lead_pipeline_rows",
        "Rows of imports by what they came to.",
        labels=["supplier", "outcome"],
    )
    contacts = GaugeMetricFamily(
        "lead_pipeline_contacts",
        "Contacts of imports by what they came to; those of undone imports do not count.",
        labels=["supplier", "outcome"],
    )
    for supplier, sums in _by_supplier(counted).items():
        for outcome in _ROW_OUTCOMES:
            rows.add_metric([supplier, outcome], sums[f"rows_{outcome}"])
        for outcome, column in OUTCOME_COLUMNS.items():
            contacts.add_metric([supplier, outcome], sums[column])
    return [by_status, rows, contacts]


def _by_supplier(counted: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """The sums of those imports that count, by the label of their supplier."""
    there = Counter[str]()
    for row in counted:
        there[row["supplier"] or _NOBODY] += row["imports"]
    own = {name for name, _ in there.most_common(MOST_SUPPLIERS)}
    sums: dict[str, Counter[str]] = {}
    for row in counted:
        if row["status"] != Status.UNDONE:
            name = row["supplier"] or _NOBODY
            label = sums.setdefault(name if name in own else _OTHERS, Counter())
            label.update({k: v or 0 for k, v in row.items() if k not in ("supplier", "status")})
    return sums


def _lately(session: Connection) -> list[Metric]:
    (row,) = run(
        session, "monitoring/measure_lately", {"shares": [*_SHARES.values()], "last": LAST_IMPORTS}
    )
    oldest = GaugeMetricFamily(
        "lead_pipeline_oldest_open_import_seconds", "Seconds that the oldest open import waits."
    )
    oldest.add_metric([], row["oldest_open"])
    found: list[Metric] = [oldest]
    for name, to in (("start", row["to_start"]), ("end", row["to_end"])):
        seconds = GaugeMetricFamily(
            f"lead_pipeline_import_to_{name}_seconds",
            f"Seconds from the arrival of a file to the {name} of its import, of those completed "
            "within the last hour.",
            labels=["quantile"],
        )
        for share, value in zip(_SHARES, to or (), strict=False):
            if value is not None:
                seconds.add_metric([share], value)
        found.append(seconds)
    return found


def _look(session: Connection, now: datetime) -> list[Metric]:
    since = GaugeMetricFamily(
        "lead_pipeline_last_look_seconds", "Seconds since the sensor last looked at the bucket."
    )
    if (seconds := since_look(session, now)) is not None:
        since.add_metric([], seconds)
    return [since]


def _lists(session: Connection, now: datetime) -> list[Metric]:
    age = GaugeMetricFamily(
        "lead_pipeline_dnc_list_age_seconds",
        "Seconds since the moment that a do-not-call list speaks of.",
        labels=["list", "kind"],
    )
    entries = GaugeMetricFamily(
        "lead_pipeline_dnc_list_entries", "Entries of a do-not-call list.", labels=["list", "kind"]
    )
    for row in run(session, "monitoring/measure_lists", {"now": now}):
        age.add_metric([row["name"], row["kind"]], row["age_seconds"])
        entries.add_metric([row["name"], row["kind"]], row["entries"])
    return [age, entries]


_OF_A_SOURCE = {
    "since_pull": ("pull_age_seconds", "Seconds since the last pull of a source that ended well."),
    "waiting": ("inbox_waiting", "Records of a source that are not in the bucket yet."),
    "oldest_waiting": ("inbox_oldest_seconds", "Seconds that the oldest of them waits."),
    "problems": ("inbox_problems", "Records of a source that are kept and not imported."),
    "refused": ("webhook_refused", "Calls of a webhook that were refused."),
}


def _sources(session: Connection, now: datetime) -> list[Metric]:
    measured = run(session, "monitoring/measure_sources", {"now": now}).fetchall()
    found: list[Metric] = []
    for column, (name, told) in _OF_A_SOURCE.items():
        metric = GaugeMetricFamily(f"lead_pipeline_{name}", told, labels=["source"])
        for row in measured:
            if row[column] is not None:
                metric.add_metric([row["source"]], row[column])
        found.append(metric)
    return found

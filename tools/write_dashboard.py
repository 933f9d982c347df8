"""Writes deploy/grafana/dashboard.json: one panel for each figure that a person watches."""

import json
from pathlib import Path

_NEW_SHARE = (
    'lead_pipeline_contacts{outcome="new"}'
    " / ignoring(outcome) group_left sum without(outcome) (lead_pipeline_contacts)"
)
_REJECTED_SHARE = (
    'lead_pipeline_rows{outcome="rejected"}'
    " / ignoring(outcome) group_left sum without(outcome) (lead_pipeline_rows)"
)
_PANELS = [
    (
        "Imports by state",
        'lead_pipeline_imports{status!~"completed|undone"}',
        "{{status}}",
        "short",
    ),
    ("Oldest open import", "lead_pipeline_oldest_open_import_seconds", "oldest", "s"),
    ("Arrival to end, last hour", "lead_pipeline_import_to_end_seconds", "{{quantile}}", "s"),
    ("Arrival to start, last hour", "lead_pipeline_import_to_start_seconds", "{{quantile}}", "s"),
    (
        "New leads an hour by supplier",
        'delta(lead_pipeline_contacts{outcome="new"}[1h])',
        "{{supplier}}",
        "short",
    ),
    (
        "Share of new contacts by supplier",
        _NEW_SHARE,
        "{{supplier}}",
        "percentunit",
    ),
    (
        "Rejected rows by supplier",
        _REJECTED_SHARE,
        "{{supplier}}",
        "percentunit",
    ),
    ("Age of do-not-call lists", "lead_pipeline_dnc_list_age_seconds", "{{list}}", "s"),
    ("Since the last good pull", "lead_pipeline_pull_age_seconds", "{{source}}", "s"),
    ("Records that wait in the inbox", "lead_pipeline_inbox_waiting", "{{source}}", "short"),
    ("Since the last look at the bucket", "lead_pipeline_last_look_seconds", "look", "s"),
    ("Signs of the daemons", "lead_pipeline_daemon_seconds", "{{daemon}}", "s"),
    ("Room on the disk", "lead_pipeline_disk_free_bytes", "free", "bytes"),
]
_WIDTH, _HEIGHT = 12, 8
TARGET = Path(__file__).parents[1] / "deploy" / "grafana" / "dashboard.json"


def dashboard() -> str:
    """The dashboard as Grafana imports it (its schema 39), with a data source to be chosen."""
    panels = [
        {
            "id": number + 1,
            "title": title,
            "type": "timeseries",
            "datasource": {"type": "prometheus", "uid": "${source}"},
            "gridPos": {
                "x": number % 2 * _WIDTH,
                "y": number // 2 * _HEIGHT,
                "w": _WIDTH,
                "h": _HEIGHT,
            },
            "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
            "targets": [{"refId": "A", "expr": query, "legendFormat": legend}],
        }
        for number, (title, query, legend, unit) in enumerate(_PANELS)
    ]
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Source"}
    whole = {
        "title": "lead_pipeline",
        "uid": "lead-pipeline",
        "schemaVersion": 39,
        "time": {"from": "now-24h", "to": "now"},
        "refresh": "30s",
        "templating": {"list": [source]},
        "panels": panels,
    }
    return json.dumps(whole, indent=2) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(dashboard())

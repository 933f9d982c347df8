"""How days look on a terminal."""

from rich.table import Table

from lead_pipeline.monitoring.days import Day

_COUNTS = (
    "imports",
    "failed",
    "rejected",
    "new",
    "duplicates",
    "suppressed",
    "rows_rejected",
    "notices",
    "messages",
)
_TITLES = {"rows_rejected": "rejected rows", "rejected": "rejected files", "new": "new leads"}


def days_table(found: list[Day]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("day", no_wrap=True)
    titles = [_TITLES.get(name, name) for name in _COUNTS]
    for title in (*titles, "success", "duplicates %", "p50 s", "p95 s"):
        table.add_column(title, justify="right")
    for day in found:
        counts = [f"{getattr(day, name):,}" for name in _COUNTS]
        rates = [_or_nothing(one, " %") for one in (day.success_percent, day.duplicate_percent)]
        seconds = [_or_nothing(one) for one in (day.seconds_p50, day.seconds_p95)]
        table.add_row(day.day.isoformat(), *counts, *rates, *seconds)
    return table


def _or_nothing(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:.1f}{unit}"

"""The asset of what suppliers' lists are worth: every Monday, and whenever somebody wants it."""

import dagster as dg

from lead_pipeline.database import connect
from lead_pipeline.defs.resources import LeadSite
from lead_pipeline.money.report import Worth, overlap, worth

_WEEK = ("supplier", "week", "contacts", "new", "valid_share", "duplicates_share",
         "suppressed_share", "invalid_share", "owed", "cost_per_new_lead", "cost_per_qualified",
         "cost_per_sale")  # fmt: skip
_PAIR = ("first", "later", "people", "share_of_later", "within_a_day", "paid_twice")


@dg.asset(
    deps=["leads_master"],
    group_name="leads",
    kinds={"postgres"},
    owners=["team:lead-operations"],
)
def supplier_worth(context: dg.AssetExecutionContext, site: LeadSite) -> dg.MaterializeResult[None]:
    """What the lists of each supplier came to by week, and who sells whose people.

    Figures of the last whole week are metadata of their own, which Dagster plots over time.
    """
    with connect(site.open().settings.database_url, autocommit=True) as session:
        weeks, pairs = worth(session), overlap(session)
    context.log.info(f"{len(weeks)} weeks of suppliers, {len(pairs)} pairs with people in common")
    return dg.MaterializeResult(
        metadata={
            "by week": _table([one.facts for one in weeks], _WEEK),
            "overlap": _table(pairs, _PAIR),
            **_plotted(weeks),
        }
    )


def _plotted(weeks: list[Worth]) -> dict[str, float]:
    """Sums over all suppliers in the last week there is."""
    last = max((one.week for one in weeks), default=None)
    of_last = [one for one in weeks if one.week == last]
    contacts, new = (sum(getattr(one, name) for one in of_last) for name in ("contacts", "new"))
    owed = float(sum(one.owed for one in of_last))
    told: dict[str, float] = {"contacts": contacts, "new leads": new, "owed": owed}
    return told | ({"owed for a new lead": round(owed / new, 4)} if new else {})


def _table(rows: list[dict[str, object]], columns: tuple[str, ...]) -> dg.MetadataValue[str]:
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    lines = (" | ".join(_cell(row[name]) for name in columns) for row in rows)
    return dg.MetadataValue.md("\n".join([head, *(f"| {line} |" for line in lines)]))


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|")


report_worth = dg.define_asset_job(
    "report_worth",
    selection=dg.AssetSelection.assets(supplier_worth),
    description="Says what suppliers' lists were worth, and who sells whose people.",
)
weekly_worth = dg.ScheduleDefinition(
    name="weekly_worth",
    job=report_worth,
    cron_schedule="30 4 * * 1",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Says every Monday what suppliers' lists were worth.",
)

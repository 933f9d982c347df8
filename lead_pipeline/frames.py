"""Leads, imports and registries as pandas DataFrames: a small public API for notebooks.

    from lead_pipeline import frames
    frames.leads().query("state == 'TX'").to_csv("texas.csv", index=False)

Every column has an Arrow-backed type (pandas.ArrowDtype), so that a missing value stays one and a
number of an import stays whole. Nothing is written. Only here is pandas imported.
"""

import pandas as pd
import pyarrow as pa

from lead_pipeline import ledger
from lead_pipeline.bucket import open_bucket
from lead_pipeline.database import connect, read_table
from lead_pipeline.imports.rejected_rows import error_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import Settings, load_settings


def leads(settings: Settings | None = None) -> pd.DataFrame:
    """Every lead, one row a person, with its source beside it; ordered by `lead_id`.

    Args:
        settings: where the database is; by default what the environment says.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    return _frame("frames/select_leads", settings)


def imports(settings: Settings | None = None) -> pd.DataFrame:
    """Every import with its state, its times and the counts of its outcomes, the newest first.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    return _frame("frames/select_imports", settings)


def sources(settings: Settings | None = None) -> pd.DataFrame:
    """Every source with the leads it has: in total, and of today.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    return _frame("suppliers/list_sources", settings)


def suppliers(settings: Settings | None = None) -> pd.DataFrame:
    """Every supplier: its terms, its imports, and how many of its contacts were new.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    return _frame("suppliers/list_suppliers", settings)


def rejected(import_: int | str, settings: Settings | None = None) -> pd.DataFrame:
    """The rejected rows of an import as text: the columns of its file, then `_row` (a number),
    `_code` and `_reason`. Cells beyond the header are in columns `_more_1`, `_more_2`, ...

    Args:
        import_: its number, file name or partition.

    Raises:
        OperatorError: there is no such import, or it has no rejected rows to give.
        OutsideTrouble: the database does not answer.
    """
    used = settings or load_settings()
    with connect(used.database_url) as session:
        newest = ledger.find_all(session, str(import_))[0]
        site = Site(used, open_bucket(used.bucket_url))
        header, found = error_rows(site, session, ledger.get(session, newest))
        rows = list(found)
    width = max(map(len, rows), default=len(header))
    names = _distinct([*header, *(f"_more_{at}" for at in range(1, width - len(header) + 1))])
    columns = {
        name: pa.array(
            [row[at] if at < len(row) else None for row in rows],
            pa.int64() if name == "_row" else pa.string(),
        )
        for at, name in enumerate(names)
    }
    return _as_frame(pa.table(columns))


def _distinct(header: list[str]) -> list[str]:
    """A name for each column: a header that stands there twice is `Phone` and `Phone (2)`."""
    names: list[str] = []
    for title in header:
        name, times = title, 1
        while name in names:
            times += 1
            name = f"{title} ({times})"
        names.append(name)
    return names


def _frame(statement: str, settings: Settings | None) -> pd.DataFrame:
    with connect((settings or load_settings()).database_url) as session:
        return _as_frame(read_table(session, statement))


def _as_frame(table: pa.Table) -> pd.DataFrame:
    columns = zip(table.column_names, table.columns, strict=True)
    return pd.DataFrame({name: pd.arrays.ArrowExtensionArray(values) for name, values in columns})

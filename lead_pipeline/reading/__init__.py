"""Any file a supplier sends -> rows: encodings, dialects, workbooks, broken records.

`open_lead_file` is the only way in; what fields mean and what a lead is belongs elsewhere.
"""

from lead_pipeline.reading.opening import open_lead_file
from lead_pipeline.reading.table import (
    Layout,
    OpenedFile,
    Problem,
    ReadOptions,
    RejectedRow,
    RowBatch,
)

__all__ = [
    "Layout",
    "OpenedFile",
    "Problem",
    "ReadOptions",
    "RejectedRow",
    "RowBatch",
    "open_lead_file",
]

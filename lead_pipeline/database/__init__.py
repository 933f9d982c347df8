"""Connections, the statements of sql/, COPY in and out, and the schema. No table is known by name,
but for the columns of `leads`, which follow the list of fields.
"""

from lead_pipeline.database.bulk import copy_in, copy_out
from lead_pipeline.database.connection import Connection, connect, quiet_faults, told
from lead_pipeline.database.statements import run, statement
from lead_pipeline.database.tables import read_table

__all__ = [
    "Connection",
    "connect",
    "copy_in",
    "copy_out",
    "quiet_faults",
    "read_table",
    "run",
    "statement",
    "told",
]

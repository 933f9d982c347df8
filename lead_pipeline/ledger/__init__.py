"""What is known of imports: their rows in `lead_sources`, the law of sums, rejected rows.

The ledger decides what is done. Only state and counts live here; the steps are in imports/.
"""

from lead_pipeline.ledger.locks import LOCK_CLASS, Ownership, hold, owned_imports
from lead_pipeline.ledger.model import (
    NO_OUTCOMES,
    OUTCOME_COLUMNS,
    OUTSIDE_TROUBLE,
    Import,
    Staging,
    Status,
)
from lead_pipeline.ledger.reads import (
    find_all,
    find_partition,
    get,
    import_of_partition,
    imports_before,
    imports_failed,
    imports_held,
    newest_imports,
    of_content,
    of_version,
    open_imports,
    retries_of,
    unknown_versions,
    versions_of,
)
from lead_pipeline.ledger.writes import (
    claim_content,
    confirm,
    end,
    hold_back,
    next_attempt,
    note_error,
    register,
    register_rehearsal,
    start_again,
)

__all__ = [
    "LOCK_CLASS",
    "NO_OUTCOMES",
    "OUTCOME_COLUMNS",
    "OUTSIDE_TROUBLE",
    "Import",
    "Ownership",
    "Staging",
    "Status",
    "claim_content",
    "confirm",
    "end",
    "find_all",
    "find_partition",
    "get",
    "hold",
    "hold_back",
    "import_of_partition",
    "imports_before",
    "imports_failed",
    "imports_held",
    "newest_imports",
    "next_attempt",
    "note_error",
    "of_content",
    "of_version",
    "open_imports",
    "owned_imports",
    "register",
    "register_rehearsal",
    "retries_of",
    "start_again",
    "unknown_versions",
    "versions_of",
]

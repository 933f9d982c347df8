"""Joining what is there of several text columns, row by row.

Arrow's own `binary_join_element_wise(null_handling="skip")` gives too few rows where a row is null
in every column (seen in pyarrow 26), so nulls are handled here.
"""

from collections.abc import Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc


def join_present(columns: Sequence[pa.StringArray], separator: str) -> pa.StringArray:
    """The values of each row that are not null, joined; null where all are. At least one column."""
    return reduce(
        lambda left, right: pc.coalesce(
            pc.binary_join_element_wise(left, right, separator), left, right
        ),
        columns,
    )

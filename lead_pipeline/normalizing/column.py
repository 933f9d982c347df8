"""What a normaliser gives back: one typed column and what was wrong with it, value by value.

Only the shared result type belongs here; the normalisers themselves are its neighbours.
"""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned column: both arrays are as long as the column that went in.

    `values` has the type of the kind (date32, decimal128, string, ...) and is null where the input
    was empty or could not be read. `problems` is null where all is well, else a short code such as
    `not_a_date`; a value may stand beside a problem when it was mended (`zero_padded`).
    """

    values: pa.Array
    problems: pa.StringArray

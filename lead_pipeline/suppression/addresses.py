"""Cells of a list -> the match keys of mail addresses, by which entries are kept and compared.

A list is read more eagerly than a file of leads: every address that stands in a cell counts.
"""

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.emails import normalize_emails

_ADDRESS = re.compile(r"""[^\s,;:<>()\[\]/|"']+@[^\s,;:<>()\[\]/|"'@]+""")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a column: `first` (match keys) is as long as the column, null where a cell
    has none; `further` are those of cells that hold several, `further_at` the rows of these."""

    first: pa.StringArray
    further: pa.StringArray
    further_at: pa.Int64Array


def read_addresses(cells: pa.StringArray) -> Addresses:
    mails = normalize_emails(cells)
    first = mails.match_key
    wordy = pc.or_(pc.is_null(first), pc.equal(mails.problems, "several_emails"))
    wordy = pc.and_(pc.fill_null(wordy, False), pc.fill_null(pc.match_substring(cells, "@"), False))
    if not wordy.true_count:
        return Addresses(first, pa.array([], pa.string()), pa.array([], pa.int64()))
    rows = pc.indices_nonzero(wordy).cast(pa.int64())
    found = pa.array([_ADDRESS.findall(cell) for cell in cells.take(rows).to_pylist()],
                     pa.list_(pa.string()))  # fmt: skip
    keys = normalize_emails(pc.list_flatten(found)).match_key
    at = rows.take(pc.list_parent_indices(found))
    again = pc.fill_null(pc.equal(keys, first.take(at)), keys.is_null())
    new = pc.invert(again)
    return Addresses(first, keys.filter(new), at.filter(new))

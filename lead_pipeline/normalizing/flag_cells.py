"""Reads single cells that may say not to call or write: yes or no, or words in a text.

What the words are is data of fields/flags.toml; whom a cell concerns is not known here.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.flags import Words, vocabulary
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text


def normalize_flags(values: pa.StringArray) -> pa.BooleanArray:
    """Flags as bool: null where the cell is empty or says nothing (`N/A`), false where it clearly
    says no, and true whatever else it says, lest somebody is called by mistake."""
    encoded = drop_placeholders(tidy_text(values)).dictionary_encode()
    no = pc.is_in(pc.utf8_lower(encoded.dictionary), pa.array(vocabulary().no))
    return pc.invert(no).take(encoded.indices)


def count_unclear(cells: pa.StringArray) -> int:
    """How many cells of a flag say neither yes nor no, and count as a yes all the same."""
    encoded = cells.dictionary_encode()
    words = pc.utf8_lower(drop_placeholders(tidy_text(encoded.dictionary)))
    clear = pc.is_in(words, pa.array(vocabulary().no + vocabulary().yes))
    for pattern in (vocabulary().yes_like, *(kind.pattern for kind in vocabulary().cells)):
        clear = pc.or_(clear, pc.match_substring_regex(words, _anyhow(pattern)))
    return int(pc.invert(clear).take(encoded.indices).true_count)


def count_speaking(cells: pa.StringArray) -> int:
    """How many cells of a column speak of do-not-call, whatever its header says."""
    return int(speaking(cells, vocabulary().cells).true_count)


def speaking(cells: pa.StringArray, kinds: Sequence[Words]) -> pa.BooleanArray:
    """Where a cell has the words of one of these kinds, and does not deny them; never null."""
    pattern = _anyhow("|".join(kind.pattern for kind in kinds))
    if not _anywhere(cells, pattern):
        return pa.repeat(pa.scalar(False), len(cells))
    found = pc.fill_null(pc.match_substring_regex(cells, pattern), False)
    denied = pc.match_substring_regex(cells, _anyhow(vocabulary().cells_not))
    return pc.and_(found, pc.invert(pc.fill_null(denied, False)))


def _anywhere(cells: pa.StringArray, pattern: str) -> bool:
    """Whether a match may be in any cell: one look at all of them, line by line, is faster than one
    at each, and most columns hold none."""
    cells = cells.drop_null()
    lines = pc.binary_join(pa.ListArray.from_arrays([0, len(cells)], cells), "\n")
    return bool(pc.match_substring_regex(lines, f"(?m){pattern}")[0].as_py())


def _anyhow(pattern: str) -> str:
    """The pattern in any case, and for any gap: pages leave blanks that do not break."""
    return "(?i)" + pattern.replace("[ _-]", "(?:[ \u00a0_-]|&nbsp;)")

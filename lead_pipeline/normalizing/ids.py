"""Identifiers that other systems gave: one spelling for each, however a file writes it.

Nothing is looked up here, and none is judged.
"""

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.cell_text import all_bytes, drop_placeholders, tidy_text

# Downloads of Meta say of each identifier what it is of (lead, form, campaign, ad group, ad set,
# account); its API and webhook do not. An `a:1` is some other system's numbering.
_MARKED = r"^(?:(?:l|f|c|ag|as):(\d+)|a:(\d{5,}))$"


def normalize_ids(values: pa.StringArray) -> pa.StringArray:
    """The identifiers as text: `l:1234567` as `1234567`, null for placeholders."""
    ids = drop_placeholders(tidy_text(values))
    if b":" not in all_bytes(ids):
        return ids
    return pc.replace_substring_regex(ids, _MARKED, r"\1\2")

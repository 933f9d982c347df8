"""Identifiers that other systems gave: one spelling for each, however a file writes it.

Nothing is looked up here, and none is judged.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.reading.cell_text import all_bytes, drop_placeholders, tidy_text

# Downloads of Meta say of each identifier what it is of (lead, form, campaign, ad group, ad set,
# account); its API and webhook do not. An `a:1` is some other system's numbering.
_MARKED = r"^(?:(?:l|f|c|ag|as):(\d+)|a:(\d{5,}))$"

# Records of Salesforce's standard objects (accounts, contacts, leads, cases, campaigns, ...) in the
# form of 15 characters, in which upper and lower case differ; only numbers are some other system's.
_SALESFORCE = r"^(?:00[0-9A-Za-z]|500|701)[0-9A-Za-z]{12}$"
_LETTERS = r"[A-Za-z]"
_CHECK = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", np.uint8)


def normalize_ids(values: pa.StringArray) -> pa.StringArray:
    """The identifiers as text: `l:1234567` as `1234567`, those of Salesforce in 18 characters, null
    for placeholders."""
    ids = drop_placeholders(tidy_text(values))
    if b":" in all_bytes(ids):
        ids = pc.replace_substring_regex(ids, _MARKED, r"\1\2")
    return _in_18_characters(ids)


def _in_18_characters(ids: pa.StringArray) -> pa.StringArray:
    """The ids with the three characters behind those of 15 that tell their capitals.

    Each is of five characters, the first one the lowest bit, set where it is a capital; the number
    stands for one of A-Z and 0-5. So says Salesforce of the 15- and 18-character IDs in its help,
    and its formula CASESAFEID does it.
    """
    short = pc.and_(
        pc.match_substring_regex(ids, _SALESFORCE), pc.match_substring_regex(ids, _LETTERS)
    ).fill_null(False)
    if not short.true_count:
        return ids
    found = ids.filter(short)
    text = np.frombuffer("".join(found.to_pylist()).encode(), np.uint8).reshape(-1, 3, 5)
    capitals = (text >= ord("A")) & (text <= ord("Z"))
    checks = _CHECK[capitals @ (1 << np.arange(5))]
    ends = checks.tobytes().decode()
    behind = pa.array([ends[at : at + 3] for at in range(0, len(ends), 3)])
    return pc.replace_with_mask(ids, short, pc.binary_join_element_wise(found, behind, ""))

"""What stands around a name in its cell and is none of it: quotes, numbering, remarks of callers.

What is cut off is told; what it says of do-not-call is read from the raw cell (flags.py).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.normalizing.name_words import a_remark, nobody, nothing

# What any of the rules below looks for: names without it need no look.
_DRESSED = (
    r"[_\"“”„«»;*|()\[\]{}<>]|^[\s'‘\d.#-]|[-–—/,] |[-–—'’,.…\d]$|\pL{2}\.\pL{2}"
    r"| ['‘]|(?i: n[ée]e | geb\b)"
)
_QUOTES = r"^[\"“”„«»'‘(\[]+([^()\[\]]*?)[\"“”«»'’)\]]+$"
_NUMBERING = r"^(?:#?\d{1,3}[.):]?|[-–—*•#.]+) +"
_TRAILING = r"(?:[\s;,:|*_–—'’…-]|[.]{2,})+$"
_JOINED = r"^(\pL{2,})[._](\pL{2,})$"
# In brackets, stars or quotes, and the name that somebody was born with.
_BRACKETS = (
    r"\s*(?:\([^)]*\)?|\[[^\]]*\]?|\{[^}]*\}?|<[^>]*>?|\*[^*]*\*|[\"“„][^\"“”„]*[\"”“]"
    r"| ['‘][^'‘’ ]+['’](?: |$)|(?i: n[ée]e\b.*$| geb\b.*$))\s*"
)
_BEHIND = r"^(?P<name>\S.*?)(?: ?[|]| [-–—/]|,) ?(?P<said>.*)$"
_TWO_WORDS = r"\pL\S* \S*\pL"
_LONE_DASH = r" [-–—] "


def undress(names: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    """The names alone, and where a remark or anything in brackets was cut off them.

    `"Jane Doe"`, `Jane_Doe`, `1. Jane Doe`, `Jane Doe;` and `Jane Doe - left vm` are Jane Doe. What
    follows a dash or a bar is a remark if two words stand before it, what follows a comma or a
    slash if it says so.
    """
    dressed = pc.fill_null(pc.match_substring_regex(names, _DRESSED), False)
    nowhere = pa.array(np.zeros(len(names), bool))
    if not pc.any(dressed).as_py():
        return names, nowhere
    bare, cut = _undress(names.filter(dressed))
    return pc.replace_with_mask(names, dressed, bare), pc.replace_with_mask(nowhere, dressed, cut)


def without_nobody(names: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    """Whole names of somebody, and where one names nobody: `Test User`, `Current Occupant`."""
    return _without(names, nobody())


def without_nothing(names: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    """First or last names, and where the cell says that there is none: `Unknown`."""
    return _without(names, nothing())


def _without(
    names: pa.StringArray, words: pa.StringArray
) -> tuple[pa.StringArray, pa.BooleanArray]:
    listed = pc.fill_null(pc.is_in(pc.utf8_lower(names), words), False)
    return pc.if_else(listed, None, names), listed


def _undress(names: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    names = pc.replace_substring_regex(names, _QUOTES, r"\1")
    names = pc.replace_substring_regex(names, _NUMBERING, "")
    names = pc.replace_substring_regex(names, _JOINED, r"\1 \2")
    bracketed = pc.match_substring_regex(names, _BRACKETS)
    alone = pc.utf8_trim_whitespace(pc.replace_substring_regex(names, _BRACKETS, " "))
    bracketed = pc.and_(bracketed, pc.not_equal(alone, ""))  # `(Jane Doe)` is somebody
    names = pc.if_else(bracketed, alone, names)
    names, remarked = _without_remark(names)
    names = pc.replace_substring_regex(names, _TRAILING, "")
    names = pc.replace_substring_regex(names, _LONE_DASH, " ")
    return pc.if_else(pc.equal(names, ""), None, names), pc.or_(bracketed, remarked)


def _without_remark(names: pa.StringArray) -> tuple[pa.StringArray, pa.BooleanArray]:
    found = pc.extract_regex(names, _BEHIND)
    name, said = pc.struct_field(found, "name"), pc.struct_field(found, "said")
    says_so = pc.match_substring_regex(said, a_remark())
    behind_a_name = pc.and_(
        pc.match_substring_regex(name, _TWO_WORDS),
        pc.match_substring_regex(names, r" [-–—] |\|"),
    )
    remarked = pc.fill_null(pc.or_(says_so, behind_a_name), False)
    return pc.if_else(remarked, name, names), remarked

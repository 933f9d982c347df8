"""A quoted cell right behind the text of another, the delimiter between them missing.

Only the line is mended here; whether it then has the right number of cells is for records.py.
"""

import re
from functools import lru_cache


def with_delimiter(line: bytes, delimiter: bytes, quote: bytes) -> bytes | None:
    """The line with the delimiter put before such a cell; None where there is none.

    Inches (`5", 3"`) and a word in quotes are none: the quoted text begins and ends with something
    else than the delimiter or a blank, no blank stands before it, and a cell ends behind it.
    """
    found = _glued(delimiter, quote).search(line) if delimiter and quote else None
    if found is None or line.count(quote, 0, found.start(1)) % 2:
        return None
    return line[: found.start(1)] + delimiter + line[found.start(1) :]


@lru_cache(maxsize=64)
def _glued(delimiter: bytes, quote: bytes) -> re.Pattern[bytes]:
    parts, mark = re.escape(delimiter), re.escape(quote)
    word = rb"(?!" + parts + rb"|" + mark + rb"|\s)."
    inside = rb"(?:(?!" + mark + rb").)*(?<!\s)(?<!" + parts + rb")"
    return re.compile(word + rb"(" + mark + word + inside + mark + rb")(?=" + parts + rb"|$)")

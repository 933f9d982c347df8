"""Characters that a web page wrote as HTML entities (`&#39;`, `&amp;`, `&nbsp;`), as they read.

Only single texts; columns are cell_text.py's business.
"""

import html
import re
from html.entities import html5

# With its semicolon only: `AT&T`, and the `&copy=1` of a link, are what they look like.
ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_ENTITY = re.compile(ENTITY)


def unescaped(text: str) -> str:
    """The text without entities, however often it was escaped; what names no character stays."""
    while "&" in text and (read := _ENTITY.sub(_character, text)) != text:
        text = read
    return text


def _character(found: re.Match[str]) -> str:
    entity = found[0]
    return html.unescape(entity) if entity[1] == "#" else html5.get(entity[1:], entity)

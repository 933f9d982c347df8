"""The text of a JSON value as it was sent, and what of it a database can hold.

Only text goes in and comes out; what the members mean is not known here.
"""

import json
import re

# What a database may refuse: NUL, lone surrogates, and numbers that are none or have no end.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity|[eE][+-]?\d{4}|\d{5000}")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:\[\]{}"]+')
_NUMBER = re.compile(r"-?[\d.]+(?:[eE][+-]?0*(\d*))?")
# PostgreSQL's numeric has 131,072 digits before the point and 16,383 behind it.
_MOST_CHARACTERS, _LARGEST_EXPONENT = 10_000, 6_000


def storable_json(text: str) -> str:
    r"""Valid JSON as it stands, but for what no database can hold.

    ``\u0000`` is left out of strings and a lone surrogate is U+FFFD, as in cells; `NaN`, `Infinity`
    and a number of a size that nothing has become strings.
    """
    return _TOKEN.sub(_storable_token, text) if _SUSPECT.search(text) else text


def storable(text: str) -> str:
    r"""Without what escapes such as ``\u0000`` and ``\ud800`` can say but no database can hold."""
    if text.isprintable():
        return text
    return text.replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _storable_token(found: re.Match[str]) -> str:
    token = found[0]
    if token.startswith('"'):
        said = json.loads(token)
        kept = storable(said)
        return token if kept == said else json.dumps(kept, ensure_ascii=False)
    if token in ("true", "false", "null") or _is_storable_number(token):
        return token
    return f'"{token}"'


def _is_storable_number(token: str) -> bool:
    number = _NUMBER.fullmatch(token)
    if number is None or len(token) > _MOST_CHARACTERS:
        return False
    exponent = number[1] or "0"
    return len(exponent) < 5 and int(exponent) <= _LARGEST_EXPONENT

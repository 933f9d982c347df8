"""How a header's spelling is read: its words, the key that two spellings share, a file's signature.

Nothing here knows fields; what the words mean is in vocabulary.py.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SIGNS = {"#": " number ", "№": " number ", "%": " percent ", "&": " and ", "'": "", "’": ""}
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
# aB | ABc -> A Bc | a1 | 1a: where a header without spaces changes words.
_SEAM = re.compile(
    r"(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
# `Phone (+49)`: a calling code (ITU E.164) says whose phones they are, not what they are.
CALLING_CODE = re.compile(r"(?:^|(?<=[\s(]))\+(1|7|[2-9]\d{1,2})\b")
_COUNTED = re.compile(r"#(?=\s*\d)")
# What Salesforce ends the names of an organisation's own fields with.
_CUSTOM = re.compile(r"__p?c$", re.IGNORECASE)
_E_MAIL = re.compile(r"\be[\W_]?mail", re.IGNORECASE)
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]+")


@lru_cache(maxsize=65536)
def words(header: str) -> tuple[str, ...]:
    """The words of a header in lower case: `Contact1Email_1` -> contact, 1, email, 1.

    Accents of Latin letters, punctuation, case and calling codes are spelling, not meaning; `#`
    reads "number" unless a number follows it.
    """
    text = _CUSTOM.sub("", unicodedata.normalize("NFC", header).strip())
    text = CALLING_CODE.sub(" ", text)
    text = _COUNTED.sub(" ", text)
    text = _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
    text = _E_MAIL.sub("email", text)
    text = _LATIN_ACCENTS.sub("", unicodedata.normalize("NFKD", _SEAM.sub(" ", text)))
    # Marks (M) belong to the letters of other scripts: Devanagari writes its vowels with them.
    kept = (char if unicodedata.category(char)[0] in "LNM" else " " for char in text)
    return tuple("".join(kept).casefold().split())


def key(header: str) -> str:
    """What spellings of one header have in common: its words without the gaps between them."""
    return "".join(words(header))


def header_signature(header: Sequence[str]) -> str:
    """A short stable hash of a file's headers, whatever their order, case and punctuation."""
    text = "\n".join(sorted(key(name) for name in header))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""Whether somebody says that they want to be left alone: in a reply, or by an agent's disposition.

The words are data (stop_words.toml). In doubt they say it: nobody is to be called by mistake.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize

from lead_pipeline.fields.flags import vocabulary


def says_stop(text: str) -> bool:
    """Whether a message is one of the words, or has one of the phrases in it."""
    words, polite, phrases = _vocabulary()
    said = _plain(text)
    return bool({said, _bare(said, polite)} & words or phrases.search(said))


def agent_says_stop(disposition: str) -> bool:
    """The same of what an agent or a dialer noted, which may deny it: `not on DNC`."""
    denied = vocabulary().cells_not
    return says_stop(re.sub(denied, " ", disposition, flags=re.IGNORECASE))


@cache
def _vocabulary() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    path = files("lead_pipeline.suppression").joinpath("stop_words.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    polite = re.compile(rf"\b({'|'.join(map(re.escape, data['polite']))})\b")
    return frozenset(data["words"]), polite, re.compile("|".join(data["patterns"]))


def _plain(text: str) -> str:
    """Small letters without accents and digits, with one blank between words; apostrophes leave
    none."""
    text = "".join(one for one in normalize("NFKD", text) if not combining(one))
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’`]", "", text.lower())).split())


def _bare(said: str, polite: re.Pattern[str]) -> str:
    return " ".join(polite.sub(" ", said).split()) if len(said) <= _LONGEST else said


_LONGEST = 100  # no word with everything polite around it is longer

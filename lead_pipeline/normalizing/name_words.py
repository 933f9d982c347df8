"""The words of name_words.toml, as the rules of names ask for them."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc


@cache
def _words() -> Mapping[str, list[str]]:
    text = files("lead_pipeline.normalizing").joinpath("name_words.toml").read_text("utf-8")
    words: Mapping[str, list[str]] = tomllib.loads(text)
    return words


@cache
def courtesy() -> frozenset[str]:
    """Titles that are nobody's name, in small letters and without a dot."""
    return frozenset(_words()["courtesy"])


@cache
def further_titles() -> frozenset[str]:
    return frozenset(_words()["further_titles"])


@cache
def further_suffixes() -> frozenset[str]:
    return frozenset(_words()["further_suffixes"])


@cache
def nobody() -> pa.StringArray:
    """Whole names in small letters that name nobody."""
    return pa.array(_words()["nobody"])


@cache
def nothing() -> pa.StringArray:
    """Cells of one part of a name, in small letters, that say that there is none."""
    return pa.array(_words()["nothing"])


def is_courtesy(words: pa.StringArray) -> pa.BooleanArray:
    """Which of these are titles that are nobody's name."""
    return pc.is_in(pc.utf8_rtrim(pc.utf8_lower(words), "."), pa.array(sorted(courtesy())))


@cache
def a_remark() -> str:
    """A pattern of RE2 that finds the words of a remark."""
    words = "|".join(re.escape(word) for word in _words()["remarks"])
    return rf"(?i)\b(?:{words})\b"

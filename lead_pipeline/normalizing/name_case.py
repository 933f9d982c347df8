"""Capitals of single words in the name of a person, where the name is in mixed case: `ann OAK`.

Names that are all in one case, and those of places, are capitals.py's part.
"""

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
from nameparser import Lexicon

from lead_pipeline.normalizing.capitals import mend_capitals

# What words in the wrong case and particles have; names without it need no look at their words.
_SUSPECT = r"(?:^| )\p{Ll}{2}|\p{Lu}{3}|(?:^|[ -])\p{Ll}\p{Lu}{2}|(?:^| )\p{Ll}['’]\p{Ll}"
_SMALL = r"^\p{Ll}+(?:['’-]\p{Ll}+)*$"
_LARGE = r"^\p{Lu}+(?:['’-]\p{Lu}+)*$"
_INVERTED = r"^\p{Ll}\p{Lu}{2,}(?:-\p{Ll}?\p{Lu}+)*$"
_INITIALS = 2  # letters; more without a vowel may be initials as well
_VOWEL = r"(?i)[aeiouy]|[^\x00-\x7f]"


def set_words(names: pa.StringArray) -> pa.StringArray:
    """Names of people, each word that is surely in the wrong case set as a letter has it.

    That is a word all in small letters that is no particle, one all in capitals that is long
    enough for a name, and `jANE`. `McKay`, `LaRue`, `van der Berg` and `JP` stay. Takes names, or
    parts of names, that are not all in one case (mended already).
    """
    suspect = pc.fill_null(pc.match_substring_regex(names, _SUSPECT), False)
    if not pc.any(suspect).as_py():
        return names
    split = pc.split_pattern(names.filter(suspect), " ")
    words = split.values
    wrong = _is_wrong(words)
    mended = pc.replace_with_mask(words, wrong, mend_capitals(pc.utf8_upper(words.filter(wrong))))
    joined = pc.binary_join(pa.ListArray.from_arrays(split.offsets, mended), " ")
    return pc.replace_with_mask(names, suspect, joined)


def _is_wrong(words: pa.StringArray) -> pa.BooleanArray:
    long = pc.and_(
        pc.greater(pc.utf8_length(words), _INITIALS), pc.match_substring_regex(words, _VOWEL)
    )
    small = pc.and_(
        pc.and_(pc.match_substring_regex(words, _SMALL), pc.greater(pc.utf8_length(words), 1)),
        pc.invert(pc.is_in(words, _small_words())),
    )
    large = pc.and_(
        pc.and_(pc.match_substring_regex(words, _LARGE), long),
        pc.invert(pc.is_in(pc.utf8_lower(words), _acronyms())),
    )
    return pc.or_(pc.or_(small, large), pc.match_substring_regex(words, _INVERTED))


@cache
def _small_words() -> pa.StringArray:
    """Words that names have in small letters: `van`, `y`, `née`."""
    lexicon = Lexicon.default()
    phrases = lexicon.particles | lexicon.conjunctions | lexicon.maiden_markers
    return pa.array(sorted({word for phrase in phrases for word in phrase.split()}))


@cache
def _acronyms() -> pa.StringArray:
    return pa.array(sorted(Lexicon.default().suffix_acronyms))

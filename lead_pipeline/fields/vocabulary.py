"""What the words of a header mean: other languages, abbreviations, glued and misspelt words.

words.csv holds the words; comparing a header with the spellings of fields is in likeness.py.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA, Hamming

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.headers import words

# Glued headers (`customeremail`) are cut into known words; shorter pieces would fit anywhere.
_SHORTEST_PIECE = 3
_SHORT_PIECES = frozenset({"id", "ip", "no", "nr", "ph", "dt"})
_SHORTEST_CORRECTED = 4
_LONG = 7
# The weight of any word; to state it says that a word is only known so as not to be corrected.
_ORDINARY = 1.0
FILLER = 0.1
"""Up to this weight a word is filler (`your`, `the`): no header is made of it alone."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`means`: word -> the concepts it stands for. `weights`: concept -> how much it says.

    A concept without a weight weighs 1. Words such as `your` or `the` weigh next to nothing, words
    that name somebody else than the lead (`agent`, `spouse`) weigh double.
    """

    means: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, float]
    known: frozenset[str]

    def weight(self, concept: str) -> float:
        return self.weights.get(concept, 1.0)


@cache
def lexicon() -> Lexicon:
    """The words of words.csv, and as plain words all others that fields are spelled with."""
    text = files("lead_pipeline.fields").joinpath("words.csv").read_text(encoding="utf-8")
    means: dict[str, tuple[str, ...]] = {}
    weights: dict[str, float] = {}
    for row in csv.DictReader(text.splitlines()):
        word = "".join(words(row["word"]))
        if row["means"]:
            means[word] = words(row["means"])
        if row["weight"]:
            weights[word] = float(row["weight"])
    spelled = {
        word
        for field in fields().values()
        for spelling in (field.name, *field.aliases)
        for word in words(spelling)
    }
    meant = {concept for concepts in means.values() for concept in concepts}
    return Lexicon(means, weights, frozenset(means.keys() | weights.keys() | meant | spelled))


@lru_cache(maxsize=65536)
def concepts(header: str) -> Mapping[str, float]:
    """The concepts of a header, each with how surely it was read (1 = spelled right).

    An unknown word that no known one resembles is a concept of its own.
    """
    read: dict[str, float] = {}
    for word in words(header):
        for known, surety in _known_words(word):
            for concept in lexicon().means.get(known, (known,)):
                read[concept] = max(surety, read.get(concept, 0.0))
    return read


def misread(header: str) -> float:
    """How far (0..1) the worst-spelled word of a header had to be corrected to be understood."""
    return 1 - min(concepts(header).values(), default=1.0)


def names_others(header: str) -> bool:
    """Whether a header names somebody else than the lead."""
    return any(lexicon().weight(concept) > _ORDINARY for concept in concepts(header))


def knownness(header: str) -> float:
    """How much (0..1) we understand of a header: the weight of its known words, up to that of one.

    Bare numbers count for nothing, words such as `contact` or `details` for little.
    """
    known = [word for word in concepts(header) if word in lexicon().known and not word.isdigit()]
    return min(1.0, sum(map(lexicon().weight, known)))


@lru_cache(maxsize=65536)
def _known_words(word: str) -> tuple[tuple[str, float], ...]:
    if word in lexicon().known or word.isdigit():
        return ((word, 1.0),)
    pieces = _cut(word)
    if pieces:
        return tuple((piece, 1.0) for piece in pieces)
    return (_nearest(word) or (word, 1.0),)


def _cut(word: str) -> tuple[str, ...]:
    """The fewest known words, one of them of four letters or more, that make up a glued word."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], word[start:end]
            if before is None or not _is_piece(piece):
                continue
            shortest = best[end]
            if shortest is None or len(before) + 1 < len(shortest):
                best[end] = (*before, piece)
    pieces = best[-1] or ()
    return pieces if any(piece in _full_words() for piece in pieces) else ()


def _is_piece(text: str) -> bool:
    return text in _SHORT_PIECES or (len(text) >= _SHORTEST_PIECE and text in lexicon().known)


def _nearest(word: str) -> tuple[str, float] | None:
    """The known word that a misspelt one most likely is, and how surely.

    One slip in a word of four letters or more, two from nine on. People rarely miss the first
    letter, and in a short word a changed letter makes another word (`portal`, `postal`): there
    only swapped, missing or doubled letters count.
    """
    if len(word) < _SHORTEST_CORRECTED:
        return None
    slips = 2 if len(word) >= 9 else 1
    for known, distance, _ in process.extract(
        word, _full_words(), scorer=OSA.distance, score_cutoff=slips, limit=5
    ):
        swapped = known[:2] == word[1::-1]
        changed = len(known) == len(word) and Hamming.distance(known, word) == 1
        if (known[0] == word[0] or swapped) and not (changed and len(word) < _LONG):
            return known, 1 - distance / len(word)
    return None


@cache
def _full_words() -> tuple[str, ...]:
    """Known words that are no filler and long enough to be told from others: sorted, so that of
    two equally near ones the same is taken every time. No ordinary ones: they are known so that
    nobody takes them for a slip of the pen (`depth` for `dept`)."""
    known = lexicon()
    return tuple(
        sorted(
            word
            for word in known.known
            if len(word) >= _SHORTEST_CORRECTED
            and known.weight(word) > FILLER
            and known.weights.get(word) != _ORDINARY
        )
    )

"""What the values of a column look like, and how well that suits a kind of field.

These are guesses for mapping only; what a value *is* gets decided by the normalisers.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from lead_pipeline.fields.model import Kind
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

# Distinct values looked at in one column: more add time, hardly any certainty.
_LOOKED_AT = 50

_EMAIL = r"(mailto:)?[^\s@,;<>]+@[^\s@,;<>]+\.[a-z]{2,}"
_PHONE = (
    r"((p|t|tel|phone|cell|mobile|home|work|office): ?)?[+(]?[\d][\d\s().\-/+]{6,18}\d(\.0)?"
    r"(\s*(x|ext)\.?\s*\d+)?(\s*\([a-z ]+\))?"
)

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    shape: re.compile(pattern, re.IGNORECASE)
    for shape, pattern in {
        "email": rf"[^<>@]*<{_EMAIL}>|{_EMAIL}([;,|]\s*{_EMAIL})*",
        "at": r"[^@]+@[^@]+",  # meant as an email, whatever is wrong with it
        "url": r"(https?://|www\.)\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|io|co|us|uk|de|info|biz)(/\S*)?",
        "ip": r"(\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,7}",
        "rounded": r"\d([.,]\d+)?e\+(09|1\d)",
        "date": r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ t].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}([ ,].*)?"
        r"|(\w{3,9},? )?(\w{3,9} \d{1,2},? \d{4}|\d{1,2}[ -]\w{3,9}[ -]\d{2,4})([ ,].*)?",
        "money": r"[-(]?\s*([$€£₹]|usd|eur|inr)\s*-?[\d,.]+\s*[km]?\)?"
        r"|[\d,.]+\s*([$€£₹]|usd|eur|[km])",
        "number": r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?|[-+]?\d+,\d+"
        r"|[-+]?\d{1,3}(\.\d{3})+(,\d+)?",
        "postal": r"\d{5}(-?\d{4})?(\.0)?|\d{6}"
        r"|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}",
        "street": r"\d+[a-z]?(-\d+)?\s+\D*[a-z]{2,}.*"
        r"|[a-zß.\s]{3,}\s\d+\s?[a-z]?|p\.?\s?o\.? box \d+",
        "full_address": r".*\d.*,.+,?\s+[a-z]{2}\.?,?\s+\d{5}(-\d{4})?(,.*)?|.*\d.*,.+,.+\d{4,6}.*",
        "company": r".*\b(inc|llc|ltd|corp|gmbh|co|company|group|llp|lp|plc|s\.?a|trust|bank)\.?",
        "id": r"(?=.*\d)[a-z0-9]{6,}|(\w+:)?[0-9a-f]{8}-[0-9a-f-]{27}|[a-z]{1,4}[-_:]\d+"
        r"|(?=.*\d)(?=.*[a-z])[\w-]{8,}",
    }.items()
}
# A phone, and behind it whatever parts it from further ones, and words about whose they are.
_PHONES = re.compile(rf"{_PHONE}[\w\s().\-–/+;,|&:#']*", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+([ '’.,&-]+[^\W\d_]+){0,4}\.?")
_FIRST_WORD = re.compile(r"[ ,.'-]+")


@dataclass(frozen=True, slots=True)
class Looks:
    """The shapes of each distinct value looked at in a column; none where all cells are empty."""

    values: tuple[frozenset[str], ...]

    def suits(self, worth: Mapping[str, float]) -> float:
        """Mean credit (0..1) of the values, each counted by its best-credited shape."""
        if not self.values:
            return 0.0
        return sum(
            max((worth.get(shape, 0.0) for shape in value), default=0.0) for value in self.values
        ) / len(self.values)


def look(cells: Iterable[str | None]) -> Looks:
    """The shapes of a column's first distinct values, tidied as for the normalisers.

    Empty cells and words for nothing say nothing.
    """
    tidied = drop_placeholders(tidy_text(pa.array(cells, pa.string()).unique())).drop_null()
    return Looks(tuple(map(_shapes, tidied.unique().slice(0, _LOOKED_AT).to_pylist())))


def columns(sample: Sequence[Sequence[str | None]], width: int) -> list[Looks]:
    """The looks of every column of a sample of rows; short rows end in empty cells."""
    return [look(row[index] for row in sample if index < len(row)) for index in range(width)]


def _shapes(value: str) -> frozenset[str]:
    found = {shape for shape, pattern in _PATTERNS.items() if pattern.fullmatch(value)}
    lowered = value.casefold().rstrip(".")
    found |= {shape for shape, known in _lists().items() if lowered in known}
    if _WORDS.fullmatch(value):
        found.add("words")
        if _FIRST_WORD.split(lowered)[0] in _lists()["given_name"] and "given_name" not in found:
            found.add("person")
    if not found.isdisjoint(_CLOSED):
        found.discard("words")
    if found.isdisjoint({"date", "ip"}) and _is_phones(value):
        found.add("phone")
    return frozenset(found) or frozenset({"text"})


def _is_phones(value: str) -> bool:
    """Whether it is one phone or several, and not more words than numbers."""
    digits, letters = (sum(map(test, value)) for test in (str.isdigit, str.isalpha))
    return 7 <= digits <= 60 and letters <= digits and _PHONES.fullmatch(value) is not None


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = files("lead_pipeline.fields").joinpath("shapes.toml").read_text(encoding="utf-8")
    return {shape: frozenset(values) for shape, values in tomllib.loads(text).items()}


# Values of these lists are no free words: `Mr` is no job, `closed` is no city.
_CLOSED = frozenset({"status", "boolean", "gender", "honorific"})

CREDITS: Mapping[Kind, Mapping[str, float]] = {
    Kind.EMAIL: {"email": 1.0, "at": 0.7},
    Kind.PHONE: {"phone": 1.0, "rounded": 0.5, "number": 0.4},
    Kind.URL: {"url": 1.0},
    Kind.IP: {"ip": 1.0},
    Kind.DATE: {"date": 1.0},
    Kind.TIMESTAMP: {"date": 1.0, "number": 0.3},
    Kind.MONEY: {"number": 1.0, "money": 1.0},
    Kind.INTEGER: {"number": 1.0},
    Kind.NUMBER: {"number": 1.0, "money": 0.5},
    Kind.BOOLEAN: {"boolean": 1.0, "words": 0.4},
    Kind.STATE: {"state": 1.0, "words": 0.8},
    Kind.COUNTRY: {"country": 1.0, "words": 0.8},
    Kind.POSTAL_CODE: {"postal": 1.0, "number": 0.5, "id": 0.4},
    Kind.CITY: {"words": 1.0, "text": 0.4},
    Kind.STREET: {"street": 1.0, "full_address": 1.0, "words": 0.5, "text": 0.5},
    Kind.NAME: {"person": 1.0, "given_name": 1.0, "words": 1.0, "company": 0.5}
    | dict.fromkeys(("text", "id", "street"), 0.4),
    Kind.ID: {"id": 1.0, "number": 1.0, "phone": 0.9, "postal": 1.0, "words": 0.2, "text": 0.5},
    Kind.TEXT: dict.fromkeys(("words", "status", "text", "company", "boolean", "gender"), 1.0)
    | dict.fromkeys(("number", "id", "street", "state", "url"), 0.6),
}
"""How far a value of a shape suits a kind of field: 1 = looks right, 0 (unlisted) = cannot be."""

FIELD_CREDITS: Mapping[str, Mapping[str, float]] = {
    "address_full": {"full_address": 1.0, "street": 0.6, "text": 0.6},
    "gender": {"gender": 1.0, "words": 0.5},
    "name_prefix": {"honorific": 1.0, "words": 0.3},
    "status": {"status": 1.0, "words": 1.0, "text": 0.7, "number": 0.4, "boolean": 0.3},
}
"""The same for single fields that are told from their neighbours by their values."""

TELLING: Mapping[Kind, Mapping[str, float]] = {
    Kind.EMAIL: {"email": 1.0},
    Kind.IP: {"ip": 1.0},
    Kind.PHONE: {"phone": 0.95},
    Kind.STREET: {"street": 0.9},
    Kind.STATE: {"state": 0.9},
    Kind.NAME: {"person": 0.8, "given_name": 0.8},
    Kind.URL: {"url": 0.7},
    Kind.POSTAL_CODE: {"postal": 0.7},
    Kind.COUNTRY: {"country": 0.7},
    Kind.DATE: {"date": 0.4},
    Kind.TIMESTAMP: {"date": 0.4},
    Kind.MONEY: {"money": 0.4},
    Kind.BOOLEAN: {"boolean": 0.2},
}
"""How much a shape tells on its own: 1 = hardly any other column of a file looks so."""

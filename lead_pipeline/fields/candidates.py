"""Which fields one column could feed, and how surely: its header, its values, its neighbours.

Choosing among the columns that want one field is in mapping.py.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lead_pipeline.fields.catalogue import fields, spellings
from lead_pipeline.fields.confidence import Evidence, Header, confidence, named, unsuited, weigh
from lead_pipeline.fields.headers import key
from lead_pipeline.fields.in_front import without_words_in_front
from lead_pipeline.fields.likeness import alike
from lead_pipeline.fields.model import How, Profile
from lead_pipeline.fields.shapes import Looks
from lead_pipeline.fields.vocabulary import concepts, knownness, misread, names_others

# What readers call a column without a header, and what people and spreadsheets do.
_NO_NAME = re.compile(
    r"\W*|(column|col|field|unnamed|var|[cfvx])?[\W_]*\d+|((column|col|field)[\W_]+)?[a-z]",
    re.IGNORECASE,
)

BY_VALUES = (
    "email",
    "phone_1",
    "ip_address",
    "address_full",
    "address_1",
    "state",
    "postal_code",
    "full_name",
    "first_name",
    "country",
    "website",
)
"""The fields that values alone can point to; their order settles equal evidence."""
# Headers that are short for more than one field: field as spelled, shape of most values, field
# meant. `Title` may be Mr, `Address` an email address, `State` that of a deal.
_SHORT_FOR = (
    ("job_title", "honorific", "name_prefix"),
    ("address_1", "full_address", "address_full"),
    ("address_1", "email", "email"),
    ("state", "status", "status"),
    ("full_name", "company", "company"),
    ("zip_plus_4", "postal", "postal_code"),
)
# Beside a contact person these may name a company as well.
_ACCOUNTS = frozenset({"customername", "clientname", "prospectname", "leadname"})
_MOST = 0.6
_NAMES = frozenset({"full_name", "first_name", "last_name"})
_MAILS, _WORDS = {"email": 1.0}, dict.fromkeys(("words", "person", "given_name"), 1.0)
# Words of LeadConduit, and those that it takes two of to tell it.
_FLOW = frozenset({"flow_id", "flow_name"})
_PROOF = frozenset(
    {"event_id", "source_timestamp", "trustedform_cert_url", "universal_leadid", "is_duplicate"}
)
# Fields that say when a lead came to be.
_TIMES = frozenset({"submission_timestamp", "source_timestamp", "call_start_time", "hs_createdate"})
# `Status (New/Lost)`, `Contact Title/Position`: answers to choose from, and two names of one thing.
_CHOICES = re.compile(r"\(.*[/|,].*\)")
_ALTERNATIVES = re.compile(r"/|\bor\b", re.IGNORECASE)
# From this likeness on a header is taken at its word when its neighbours ask.
_CLEAR = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """One field that a column may feed; `confidence` is a chance from 0 to 1.

    `own_name` tells a header that is the field's name from one that is another spelling of it.
    """

    index: int
    field: str
    confidence: float
    how: How
    own_name: bool = False


def candidates(header: Sequence[str], looks: Sequence[Looks], profile: Profile) -> list[Candidate]:
    """Every plausible pair of column and field, unordered; a column may have none."""
    settled = {*profile.aliases, *(spellings() if profile.signature else ())}
    named = _swapped_back(without_words_in_front(header, settled), looks)
    bare = _bare_name_means(named)
    told = {**_date_means(named), **profile.aliases, **_score_means(named)}
    return [
        candidate
        for index, name in enumerate(named)
        for candidate in _of_column(index, name, looks[index], profile, told.get(key(name)), bare)
    ]


def read(header: str, without: str | None = None) -> Header:
    """Read one header; training leaves one spelling out to see how a new one would fare."""
    if _NO_NAME.fullmatch(header):
        return Header(named=False)
    exact = None if header == without else _spelled(header)
    found = alike(header, without)
    return Header(True, exact, found, knownness(header), misread(header), names_others(header))


def _spelled(header: str) -> str | None:
    """The field that a header, or each of its alternatives, is a spelling of."""
    found = spellings().get(key(header))
    if found is not None:
        return found
    parts = _ALTERNATIVES.split(_CHOICES.sub("", header))
    meant = {spellings().get(key(part)) for part in parts}
    return meant.pop() if len(meant) == 1 else None


def evidence(header: Header, looks: Looks) -> Iterator[tuple[str, Evidence]]:
    """The fields that a header or its values point to, with all that speaks for and against."""
    exact = (header.exact,) if header.exact else ()
    told = named(header)
    belied = unsuited(fields()[told], looks, told=True) if told else 0.0
    for name in dict.fromkeys((*exact, *header.alike, *BY_VALUES)):
        gathered = weigh(fields()[name], header, looks, belied if name != told else 0.0)
        if gathered.shared or gathered.support:
            yield name, gathered


def _of_column(
    index: int, name: str, looks: Looks, profile: Profile, told: str | None, bare_name: str
) -> Iterator[Candidate]:
    if told is not None:
        yield Candidate(index, told, 1.0, "profile")
        return
    header = read(name)
    if header.exact is not None and profile.signature:
        # In a known layout the header says what a column is, whatever somebody left in it.
        field = _in_the_light_of(looks, header.exact)
        yield Candidate(index, field, 1.0, "profile", key(field) == key(name))
        return
    for weighed, sure, how in _weighed(name, looks, bare_name):
        yield Candidate(index, weighed, sure, how, key(weighed) == key(name))


@lru_cache(maxsize=512)  # leads that are posted one by one have the same few columns
def _weighed(name: str, looks: Looks, bare_name: str) -> tuple[tuple[str, float, How], ...]:
    """The fields that a column may feed, how surely, and what tells so."""
    header = read(name)
    bare = concepts(name).keys() == {"name"}
    if (bare and bare_name != "full_name") or (bare_name == "company" and key(name) in _ACCOUNTS):
        header = replace(header, exact=None, alike={bare_name: header.alike["full_name"]})
    if header.exact is not None:
        header = replace(header, exact=_in_the_light_of(looks, header.exact))
    return tuple(
        (field, confidence(gathered), _how(gathered)) for field, gathered in evidence(header, looks)
    )


def _in_the_light_of(looks: Looks, field: str) -> str:
    """The field meant by a header that is short for several, going by most of the values."""
    for short, shape, meant in _SHORT_FOR:
        if field == short and looks.suits({shape: 1.0}) > _MOST:
            return meant
    return field


def _how(gathered: Evidence) -> How:
    if gathered.exact or gathered.same:
        return "alias"
    return "fuzzy" if gathered.shared else "values"


def _bare_name_means(header: Sequence[str]) -> str:
    """What a header that says no more than "name" (Nombre, Nom, Name) stands for in this file.

    Beside a family name but no given name it is the given name. Beside a given name but no family
    name it is the family name in the languages that say so (Vorname and Name, Prénom and Nom), but
    not in English, where `name, first_name` has the whole name first. Beside a contact person it is
    the company (and so is the name of the customer), unless another column is.
    """
    told = {clearest(name): key(name) in spellings() for name in header}
    persons = (name for name in header if clearest(name) == "full_name")
    if "company" not in told and any("contact" in concepts(name) for name in persons):
        return "company"
    if "last_name" in told and "first_name" not in told:
        return "first_name"
    if "last_name" not in told and told.get("first_name") is False:
        return "last_name"
    return "full_name"


def _swapped_back(header: Sequence[str], looks: Sequence[Looks]) -> Sequence[str]:
    """The header with those of a name and of a mail exchanged where each has the other's values."""
    told = [clearest(name) for name in header]
    names = [i for i, field in enumerate(told) if field in _NAMES and looks[i].suits(_MAILS) == 1]
    mails = [
        i
        for i, field in enumerate(told)
        if field == "email" and looks[i].suits(_WORDS) > _MOST and not looks[i].suits(_MAILS)
    ]
    if len(names) != 1 or len(mails) != 1:
        return header
    (name,), (mail,) = names, mails
    exchanged = {name: header[mail], mail: header[name]}
    return [exchanged.get(i, spelled) for i, spelled in enumerate(header)]


def _score_means(header: Sequence[str]) -> dict[str, str]:
    """What `score` says in this file, if that is not what it says elsewhere.

    Beside the words of LeadConduit it is the quality of a lead, unless that has its own column.
    """
    told = {spellings().get(key(name)) for name in header}
    if "quality_score" in told:
        return {"score": "lead_score"}
    if told & _FLOW or len(told & _PROOF) > 1:
        return {"score": "quality_score"}
    return {}


def _date_means(header: Sequence[str]) -> dict[str, str]:
    """A column that says no more than "date", and is the only one that says when, is of the lead's
    coming."""
    dates = [name for name in header if concepts(name).keys() == {"date"}]
    times = {spellings().get(key(name)) for name in header} & _TIMES
    return {key(dates[0]): "submission_timestamp"} if len(dates) == 1 and not times else {}


def clearest(header: str) -> str | None:
    """The field that a header clearly names by itself, whatever its values and neighbours."""
    exact = spellings().get(key(header))
    if exact is not None:
        return exact
    found = alike(header)
    best = max(found, key=lambda field: found[field], default=None)
    return best if best is not None and found[best] >= _CLEAR else None

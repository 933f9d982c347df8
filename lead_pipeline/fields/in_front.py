"""Headers without the words in front that only say whose a column is: `Person - Email`.

What a header means without them is for candidates.py; other words of a header are likeness.py's.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache

from lead_pipeline.fields.catalogue import fields, spellings
from lead_pipeline.fields.headers import key, words
from lead_pipeline.fields.model import Kind, Level
from lead_pipeline.fields.vocabulary import lexicon

# The lead itself, and what a CRM keeps it in.
_RECORDS = frozenset(
    {"contact", "customer", "deal", "individual", "lead", "opportunity", "people", "person"}
    | {"prospect", "record", "user"}
)
# People whom a list may be of, although the word is an ordinary one or, beside a lead, names
# somebody else; any word that is not known may be such a one, too.
_PEOPLE = frozenset(
    {"buyer", "from", "guardian", "homeowner", "landlord", "owner", "parent", "parents"}
    | {"recipient", "seller", "tenant"}
)
# Those who may as well serve the lead, and where they do: never taken for the people of a file. It
# says which columns hold phones and mails, and a person may settle them.
_STAFF = frozenset(
    {"adjuster", "admin", "administrator", "adviser", "advisor", "approver", "branch"}
    | {"canvasser", "closer", "consultant", "coordinator", "dispatcher", "editor", "installer"}
    | {"instructor", "officer", "pickup", "recruiter", "salesman", "setter", "support"}
    | {"teacher", "technician", "trainer", "warehouse"}
)
_CHANNELS = frozenset({Kind.PHONE, Kind.EMAIL})
_FEWEST = 2


def without_words_in_front(header: Sequence[str], settled: Container[str]) -> list[str]:
    """Each header as it is to be read; most stay as they stand, and so do those whose keys are
    `settled`: what they mean is known.

    Words for the lead (`Person - Email - Work`, `Lead: utm_source`) go where the rest is the
    spelling of a field and the whole is none. The word for somebody else (`Enquirer Name`, `Owner
    Phone`) goes where all people of the file are that somebody: two columns or more of names,
    phones and mails begin with it, and no other column is one.
    """
    who = _who(header)
    return [
        name if key(name) in settled else _of_person(name, who) or _of_record(name) or name
        for name in header
    ]


def _of_record(name: str) -> str | None:
    said = words(name)
    if key(name) in spellings():
        return None
    for at, word in enumerate(said[:-1], start=1):
        if not _RECORDS.intersection(lexicon().means.get(word, (word,))):
            return None
        # The number of a deal is none of the person.
        if spellings().get("".join(said[at:])) not in (None, "lead_id"):
            return " ".join(said[at:])
    return None


def _of_person(name: str, who: str | None) -> str | None:
    first, rest = _parted(name)
    if who is None or first != who:
        return None
    of_person = spellings().get(key(rest)) in _of_people()
    return rest if of_person or key(name) not in spellings() else None


def _who(header: Iterable[str]) -> str | None:
    """The word in front of the columns of the only people of a file; None where there is none."""
    told: dict[str, list[str]] = defaultdict(list)
    for name in header:
        first, rest = _parted(name)
        field = spellings().get(key(rest)) if _may_be_people(first) else None
        if field is not None and field in _of_people():
            told[first].append(field)
        elif spellings().get(key(name)) in _of_people():
            return None
    wanted = (
        word
        for word, found in told.items()
        if len(found) >= _FEWEST and any(_of_people()[field] in _CHANNELS for field in found)
    )
    return next(wanted, None)


def _may_be_people(word: str) -> bool:
    is_plain = word in _PEOPLE or word not in lexicon().known
    return word.isalpha() and is_plain and word not in _STAFF


def _parted(name: str) -> tuple[str, str]:
    first, *rest = words(name) or ("",)
    return first, " ".join(rest)


@cache
def _of_people() -> Mapping[str, Kind]:
    """The fields of one person's names, phones and mails, with their kinds."""
    return {
        name: field.kind
        for name, field in fields().items()
        if field.level is Level.CONTACT and field.kind in (_CHANNELS | {Kind.NAME})
    }

"""What would be said of a lead of which only the SHA-256 of its mail or phone is known.

By the rules for a lead that has just these. What they leave open is `unknown`, never `accepted`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from lead_pipeline.database import Connection
from lead_pipeline.imports.posted import Contact
from lead_pipeline.imports.verdict import Sender, Verdict, Waiting, best, channels, terms, verdicts
from lead_pipeline.matching.digests import TooManyUndigested, keys_of_digests
from lead_pipeline.matching.known import shared_numbers
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.suppliers.terms import Scope
from lead_pipeline.suppression.look_up import listed

_NOBODYS_MAIL = "nobody"
_NOBODYS_PHONE = "+0"


@dataclass(frozen=True, slots=True)
class Ping:
    """A lead that is offered: the SHA-256 of its mail and phone, at least one, and its campaign."""

    email: bytes | None = None
    phone: bytes | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is said of a lead that is offered; `is_behind`: keys wait to be digested."""

    verdict: Verdict
    is_behind: bool = False


def foresee(
    session: Connection, ping: Ping, supplier: str, now: datetime, waiting: Waiting
) -> Foreseen:
    """What the lead would be told if the supplier posted it now, or `unknown` and why."""
    asked = [digest for digest in (ping.email, ping.phone) if digest is not None]
    try:
        keys, is_behind = keys_of_digests(session, asked)
    except TooManyUndigested as error:
        return Foreseen(Verdict("unknown", str(error)), is_behind=True)
    contact = _contact(ping, keys)
    sender = Sender(0, supplier, terms(session, supplier), now)
    of_source = sender.terms.scope is Scope.SOURCE
    if of_source:
        sender = replace(sender, terms=replace(sender.terms, scope=Scope.EVERYWHERE))
    told, _ = verdicts(session, [contact], sender, waiting)
    verdict = best(told[contact.row])
    if verdict.status == "duplicate" and of_source:
        verdict = Verdict("unknown", "it is known, but what is agreed counts by source: post it")
    elif verdict.status == "accepted" and (why := next(_open(session, contact), None)):
        verdict = Verdict("unknown", why)
    return Foreseen(verdict, is_behind)


def _contact(ping: Ping, keys: Mapping[bytes, str]) -> Contact:
    """The contact that the lead would have; nobody has a key that is not known."""
    mails = () if ping.email is None else (keys.get(ping.email, _NOBODYS_MAIL),)
    phones = () if ping.phone is None else (keys.get(ping.phone, _NOBODYS_PHONE),)
    return Contact(
        row=1,
        number=1,
        external_id=None,
        event_at=None,
        mails=mails,
        phones=phones,
        weak_mails=frozenset(filter(_is_weak, mails)),
        company_phones=frozenset(),
        name=None,
        last_name=None,
        campaigns=frozenset() if ping.campaign is None else frozenset([ping.campaign.lower()]),
        flags=(),
    )


def _is_weak(mail: str) -> bool:
    is_own: bool = normalize_emails(pa.array([mail])).is_own[0].as_py()
    return not is_own


def _open(session: Connection, contact: Contact) -> Iterator[str]:
    """Why more than this has to be known of a lead that could be accepted."""
    if contact.weak_mails or shared_numbers(session, contact.phones):
        yield "several people have this mail or number: post it, so that its name can tell"
    lists = listed(session, channels(contact))
    if not contact.campaigns and any(None not in campaigns for campaigns in lists.values()):
        yield "it is on the list of a campaign: say of which campaign the lead is"

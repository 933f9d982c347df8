"""What would be said of a lead of which only the SHA-256 of its mail or phone is known.

By the rules for a lead that has just these. What they leave open is `unknown`, never `accepted`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa

from lead_pipeline.database import Connection
from lead_pipeline.imports.posted import Contact
from lead_pipeline.imports.verdict import (
    Offer,
    Sender,
    Verdict,
    Waiting,
    best,
    channels,
    terms,
    verdicts,
)
from lead_pipeline.matching.digests import TooManyUndigested, keys_of_digests
from lead_pipeline.matching.known import shared_numbers
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.suppliers.terms import Scope, Terms
from lead_pipeline.suppression.look_up import Listed, listed

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
    """What is said of leads that are offered; `is_behind`: keys wait to be digested."""

    verdicts: Sequence[Verdict]
    is_behind: bool = False


def foresee(
    session: Connection, pings: Sequence[tuple[Ping, str]], now: datetime, waiting: Waiting
) -> Foreseen:
    """What each lead would be told if its supplier posted it now, or `unknown` and why."""
    digests = {one for ping, _ in pings for one in (ping.email, ping.phone) if one is not None}
    try:
        keys, is_behind = keys_of_digests(session, digests)
    except TooManyUndigested as error:
        return Foreseen([Verdict("unknown", str(error))] * len(pings), is_behind=True)
    agreed = {supplier: terms(session, supplier) for supplier in {name for _, name in pings}}
    offers = [
        Offer([_contact(ping, keys)], Sender(0, supplier, _wide(agreed[supplier]), now))
        for ping, supplier in pings
    ]
    told = [best(told[1]) for told, _ in verdicts(session, offers, waiting)]
    contacts = [contact for offer in offers for contact in offer.contacts]
    lists = listed(session, {one for contact in contacts for one in channels(contact)})
    shared = shared_numbers(session, {phone for one in contacts for phone in one.phones})
    found = [
        _settled(verdict, agreed[supplier], _open(contact, lists, shared))
        for verdict, contact, (_, supplier) in zip(told, contacts, pings, strict=True)
    ]
    return Foreseen(found, is_behind)


def _wide(agreed: Terms) -> Terms:
    """The terms, but that of any source: which one a lead is of is not known yet."""
    is_of_source = agreed.scope is Scope.SOURCE
    return replace(agreed, scope=Scope.EVERYWHERE) if is_of_source else agreed


def _settled(verdict: Verdict, agreed: Terms, open_: Iterator[str]) -> Verdict:
    """The verdict, where nothing is left open."""
    if verdict.status == "duplicate" and agreed.scope is Scope.SOURCE:
        return Verdict("unknown", "it is known, but what is agreed counts by source: post it")
    if verdict.status == "accepted" and (why := next(open_, None)):
        return Verdict("unknown", why)
    return verdict


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


def _open(contact: Contact, lists: Listed, shared: Set[str]) -> Iterator[str]:
    """Why more than this has to be known of a lead that could be accepted."""
    if contact.weak_mails or not shared.isdisjoint(contact.phones):
        yield "several people have this mail or number: post it, so that its name can tell"
    on = (lists.get(one, ()) for one in channels(contact))
    if not contact.campaigns and any(campaigns and None not in campaigns for campaigns in on):
        yield "it is on the list of a campaign: say of which campaign the lead is"

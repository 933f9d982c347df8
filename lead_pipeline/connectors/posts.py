"""Leads that suppliers post: into the inbox, each with an answer that stays the same.

The answer is what a file would have said (imports/verdict.py), whether the person is imported,
waits in the inbox, or came in the same post. The import has the last word, as for any file.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

from lead_pipeline.access.posters import Poster, Proof
from lead_pipeline.connectors import inbox
from lead_pipeline.connectors.feedback import NAME as FEEDBACK
from lead_pipeline.connectors.inbox import storable
from lead_pipeline.connectors.model import Json, Page, Part, Record
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import LeadPipelineError, OperatorError
from lead_pipeline.imports.verdict import NOT_YET, Judged, judge
from lead_pipeline.matching.sightings import Key, Place, Sighting
from lead_pipeline.settings import Settings
from lead_pipeline.settings.accounts import NEEDED

MOST = 1000
"""Leads of a post."""
_IDS = ("external_id", "lead_id", "id")
_TESTS = ("is_test", "test")
_PART = Part("posted", "posted leads")
_TAKEN = {*NEEDED, FEEDBACK}
"""Folders that are somebody's already."""


class CapReached(LeadPipelineError):
    """The supplier may post no more leads today."""


class OtherLead(LeadPipelineError):
    """The key of a post was given for other leads before."""


@dataclass(frozen=True, slots=True)
class Post:
    """Leads that came together, with what proves whose they are; `key` names the post, if its
    sender gave it one, so that it may be sent again."""

    proof: Proof
    leads: Sequence[Mapping[str, Json]]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a posted lead, see `imports.verdict.Verdict`; `repeated` tells that the lead
    had come before, and is answered as it was then."""

    external_id: str
    status: str
    reason: str | None = None
    age_days: int | None = None
    is_test: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Sender:
    """A supplier, as the inbox knows whoever sends."""

    name: str
    profile: str | None = None
    import_source: str = "webhook"


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead under the id by which it is known when it comes again."""

    external_id: str
    lead: Mapping[str, Json]
    is_own_id: bool

    @property
    def is_test(self) -> bool:
        said = (self.lead.get(name) for name in _TESTS)
        return any(str(one).strip().lower() in ("true", "1", "yes") for one in said)


Answered = list[Answer] | LeadPipelineError


def answer(
    session: Connection, posts: Sequence[Post], settings: Settings, now: datetime
) -> list[Answered]:
    """Keep the leads of some posts and answer them, or say why one is turned away.

    All in one transaction, which is short: who posts at the same time waits for it.
    """
    with session.transaction():
        run(session, "connectors/lock_posts")
        desk = _Desk(session, settings, now)
        taken = [desk.take(post) for post in posts]
        desk.judge()
        return [one if isinstance(one, LeadPipelineError) else desk.answers(*one) for one in taken]


class _Desk:
    """Some posts at work; what is answered to a lead, by supplier and id."""

    def __init__(self, session: Connection, settings: Settings, now: datetime) -> None:
        self._session = session
        self._settings = settings
        self._now = now
        self._answers: dict[tuple[str, str], Answer] = {}
        self._fresh: dict[str, dict[str, _Lead]] = defaultdict(dict)
        self._posted: dict[str, int] = {}

    def take(self, post: Post) -> tuple[str, list[str], set[str]] | LeadPipelineError:
        """The supplier, the ids of the leads, and which of them are new; or why it is not taken."""
        try:
            poster = post.proof.poster(self._session)
            require_supplier(poster.supplier)
            leads = list(_identified(post))
            fresh = self._new(poster.supplier, leads)
            self._require_room(poster, fresh)
        except LeadPipelineError as error:
            return error
        self._fresh[poster.supplier] |= fresh
        return poster.supplier, [lead.external_id for lead in leads], {*fresh}

    def judge(self) -> None:
        """Answer the new leads, and keep them."""
        for supplier, leads in self._fresh.items():
            for is_test in (False, True):
                if some := [lead for lead in leads.values() if lead.is_test is is_test]:
                    self._judge(supplier, some)

    def answers(self, supplier: str, ids: Sequence[str], fresh: set[str]) -> list[Answer]:
        """In the order of the post; a lead that stands in it twice is repeated the second time."""
        told = []
        for one in ids:
            told.append(replace(self._answers[supplier, one], repeated=one not in fresh))
            fresh.discard(one)
        return told

    def _new(self, supplier: str, leads: Sequence[_Lead]) -> dict[str, _Lead]:
        asked = {"supplier": supplier, "external_ids": [lead.external_id for lead in leads]}
        kept = {}
        for row in run(self._session, "connectors/select_answers", asked):
            kept[row["external_id"]] = row.pop("payload")
            self._answers[supplier, row["external_id"]] = Answer(**row)
        kept |= {one: lead.lead for one, lead in self._fresh[supplier].items()}
        for lead in leads:
            if not lead.is_own_id and kept.get(lead.external_id, lead.lead) != lead.lead:
                raise OtherLead("this key was given for other leads before: give each post its own")
        return {lead.external_id: lead for lead in leads if lead.external_id not in kept}

    def _require_room(self, poster: Poster, fresh: Mapping[str, _Lead]) -> None:
        if poster.daily_cap is None:
            return
        supplier, many = poster.supplier, sum(not lead.is_test for lead in fresh.values())
        if supplier not in self._posted:
            self._posted[supplier] = posted_today(self._session, supplier)
        require_room(poster.daily_cap, self._posted[supplier], many)
        self._posted[supplier] += many

    def _judge(self, supplier: str, leads: Sequence[_Lead]) -> None:
        judged = judge(
            self._session,
            [_line(lead.lead) for lead in leads],
            supplier,
            self._settings,
            self._now,
            partial(waiting, self._session),
        )
        records = [Record(lead.external_id, lead.lead, is_test=lead.is_test) for lead in leads]
        inbox.keep(self._session, _Sender(supplier), _PART, Page(records), now=self._now)
        told = [_plain(lead, one) for lead, one in zip(leads, judged, strict=True)]
        saved = {"supplier": supplier, "answers": json.dumps(told)}
        run(self._session, "connectors/save_answers", saved)
        for lead, one in zip(leads, judged, strict=True):
            verdict = one.verdict
            self._answers[supplier, lead.external_id] = Answer(
                lead.external_id, verdict.status, verdict.reason, verdict.age_days, lead.is_test
            )


def waiting(session: Connection, keys: Collection[Key]) -> Iterator[Sighting]:
    """The posted leads with some keys that wait for their import."""
    asked = {"kinds": [key.kind for key in keys], "values": [key.value for key in keys]}
    for row in run(session, "connectors/select_waiting_posts", asked):
        yield Sighting(
            place=Place(NOT_YET - 1, row["inbox_id"], row["contact_number"]),
            received_at=row["received_at"],
            keys=tuple(map(Key, row["kinds"], row["values"])),
            source_id=row["source_id"],
            supplier=row["supplier"],
        )


def posted_today(session: Connection, supplier: str) -> int:
    """The leads that a supplier has posted since midnight."""
    (row,) = run(session, "connectors/count_posted_today", {"supplier": supplier})
    return int(row["posted"])


def require_room(daily_cap: int, posted: int, many: int) -> None:
    """
    Raises:
        CapReached: `many` are more than are left after those that were `posted`.
    """
    left = max(daily_cap - posted, 0)
    if many > left:
        raise CapReached(
            f"{daily_cap} leads a day are agreed, and {left} are left of today's: "
            f"{many} more cannot be taken"
        )


def forget_imported(session: Connection) -> None:
    """Clear away what is kept of posted leads only until they are imported; now and then."""
    run(session, "connectors/forget_posted_keys")


def require_supplier(supplier: str) -> None:
    """
    Raises:
        OperatorError: nobody of this name can post.
    """
    if not supplier.strip() or "/" in supplier or supplier in _TAKEN:
        raise OperatorError(
            f"{supplier!r} cannot be who posts: it is to name a folder in the bucket, and none of "
            "a connector or of feedback"
        )


def _identified(post: Post) -> Iterator[_Lead]:
    for at, lead in enumerate(map(storable, post.leads)):
        own = next((str(lead[name]) for name in _IDS if _is_id(lead.get(name))), None)
        if own is not None and len(own.encode()) <= inbox.LONGEST_ID:
            yield _Lead(own, lead, is_own_id=True)
        elif post.key is not None:
            digest = sha256(post.key.encode()).hexdigest()
            yield _Lead(f"post:{digest}:{at}", lead, is_own_id=False)
        else:
            yield _Lead(f"post:{uuid4().hex}:{at}", lead, is_own_id=False)


def _is_id(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and bool(str(value).strip())


def _line(lead: Json) -> str:
    """The lead as its line of the file will be: PostgreSQL puts short names first."""
    return json.dumps(_in_order(lead), ensure_ascii=False)


def _in_order(value: Json) -> Json:
    match value:
        case dict():
            names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
            return {name: _in_order(value[name]) for name in names}
        case list():
            return [_in_order(one) for one in value]
    return value


def _plain(lead: _Lead, judged: Judged) -> dict[str, Any]:
    verdict = judged.verdict
    return {
        "external_id": lead.external_id,
        "status": verdict.status,
        "reason": verdict.reason,
        "age_days": verdict.age_days,
        "source_id": judged.source_id,
        "keys": [
            {"contact_number": number, "kind": key.kind, "value": key.value}
            for number, keys in judged.keys.items()
            for key in keys
        ],
    }

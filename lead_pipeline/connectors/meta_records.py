"""What the Graph API tells of lead forms and their leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from lead_pipeline.connectors.model import Json, Record
from lead_pipeline.connectors.standing import moment

T = TypeVar("T")
FORM_FIELDS = "id,name,status,leads_count,expired_leads_count,created_time"
LEAD_FIELDS = (
    "id,created_time,form_id,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,is_organic,"
    "platform,field_data,custom_disclaimer_responses"
)
"""Meta leaves out what is not asked for."""
_KEPT = timedelta(days=90)
_LONG_AGO = datetime(2004, 2, 4, tzinfo=UTC)
_TEST = "<test lead:"  # how each answer of a test lead begins


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page of a list, and the cursor of the next one, empty if there is none."""

    items: list[T]
    after: str


@dataclass(frozen=True, slots=True)
class Form:
    """A lead form; `has_leads` of the last 90 days, as long as Meta keeps them."""

    form_id: str
    name: str
    status: str
    created: datetime
    has_leads: bool

    def is_read(self, now: datetime) -> bool:
        """Whether leads may still come of it, or are there since before it was archived."""
        if self.status == "ARCHIVED":
            return self.has_leads or now - self.created < _KEPT
        return self.status == "ACTIVE"


def page_of(read: Callable[[Json], T], said: Json) -> Listed[T]:
    paging = said.get("paging", {})
    items = [read(item) for item in said["data"]]
    return Listed(items, paging["cursors"]["after"] if paging.get("next") else "")


def form_of(said: Json) -> Form:
    return Form(
        form_id=lead_of(said)["id"],
        name=str(said.get("name") or said["id"]),
        status=str(said.get("status", "ACTIVE")),
        created=moment(said["created_time"]) if said.get("created_time") else _LONG_AGO,
        has_leads=int(said.get("leads_count", 1)) > int(said.get("expired_leads_count", 0)),
    )


def lead_of(said: Json) -> Json:
    """A lead as it was sent; what has no id cannot be kept, and is no answer."""
    if not isinstance(said["id"], str) or not said["id"]:
        raise ValueError("no id")
    return said


def record_of(lead: Json, form: str | None) -> Record:
    """A lead of the form of this name as it is kept. One that cannot be read is a problem of its
    own: the others go on."""
    created, answers, problem = None, [""], None
    try:
        created = moment(lead["created_time"])
        answers = _answers(lead["field_data"])
    except (LookupError, TypeError, ValueError, AttributeError):
        problem = f"{'field_data' if created else 'created_time'} cannot be read"
    return Record(
        external_id=lead["id"],
        payload=lead,
        occurred_at=created,
        lead={**lead, "form_name": form} if form else None,
        problem=problem,
        is_test=any(answer.startswith(_TEST) for answer in answers),
    )


def _answers(field_data: Json) -> list[str]:
    """What was answered, whatever was asked."""
    if not isinstance(field_data, list):
        raise TypeError("no list of answers")
    return [str(value) for answer in field_data for value in answer.get("values", ())]

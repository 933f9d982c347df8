"""Google Ads: what people sent in by the lead forms of each customer.

Times are in the customer's own zone, with its offset, and whether a condition may carry one nobody
tells: so a whole day more is asked for than is wanted, and what is outside is dropped here. Google
keeps submissions for 60 days and promises 30.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.faults import BadRequest
from lead_pipeline.connectors.google_ads_errors import classify
from lead_pipeline.connectors.google_auth import GoogleAccess
from lead_pipeline.connectors.http import Api, Reply
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.connectors.standing import moment
from lead_pipeline.connectors.windows import later, window
from lead_pipeline.settings.accounts import GoogleAdsAccount

SCOPE = "https://www.googleapis.com/auth/adwords"
OVERLAP = timedelta(hours=48)
KEPT = timedelta(days=60)
_PAGE = 1000  # records that are kept at once
_QUERY = """
SELECT lead_form_submission_data.id, lead_form_submission_data.asset,
  lead_form_submission_data.campaign, lead_form_submission_data.ad_group,
  lead_form_submission_data.ad_group_ad, lead_form_submission_data.gclid,
  lead_form_submission_data.submission_date_time,
  lead_form_submission_data.lead_form_submission_fields,
  lead_form_submission_data.custom_lead_form_submission_fields, campaign.id, campaign.name
FROM lead_form_submission_data
WHERE lead_form_submission_data.submission_date_time >= '{since:%Y-%m-%d} 00:00:00'
  AND lead_form_submission_data.submission_date_time <= '{until:%Y-%m-%d} 00:00:00'
ORDER BY lead_form_submission_data.submission_date_time"""


class GoogleAds:
    """The customers of an account; each has a cursor, the time of its newest submission."""

    name = "google_ads"
    title = "Google Ads"
    profile = "google_leads"
    import_source = "api"

    def __init__(self, account: GoogleAdsAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._access = GoogleAccess(account.credentials, SCOPE)
        self._api = Api(
            account.base_url,
            classify,
            clock=clock,
            authorize=self._headers,
            refresh=self._access.refresh,
            secrets=self._access.secrets,
        )

    def parts(self) -> Iterator[Part]:
        for digits in self._account.customer_ids:
            yield Part(digits, f"customer {_dashed(digits)}")

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        """The cursor moves with the last page only: the whole window is read before."""
        at = moment(cursor["at"]) if cursor else None
        wanted = asked or window(at, self._clock, overlap=OVERLAP, first=KEPT)
        if wanted.until < self._clock.now() - KEPT:
            raise BadRequest(
                "Google keeps submissions of lead forms for 60 days: ask for later ones"
            )
        reply = self._submissions(part, wanted)
        if asked is None:
            wanted = window(
                at, self._clock, overlap=OVERLAP, first=KEPT, server_time=reply.server_time
            )
        inside = [one for one in reply.content if _is_within(one.occurred_at, wanted)]
        for first in range(0, len(inside) - _PAGE, _PAGE):
            yield Page(inside[first : first + _PAGE])
        times = [one.occurred_at for one in inside if one.occurred_at]
        moved = {"at": later(at, max(times)).isoformat()} if times and asked is None else None
        yield Page(inside[(len(inside) - 1) // _PAGE * _PAGE :] if inside else [], moved)

    def check(self) -> Iterator[str]:
        self._access.headers()
        yield f"Google gives {self._access.who} a token"
        now = self._clock.now()
        for part in self.parts():
            reply = self._submissions(part, Window(now - timedelta(days=7), now))
            yield f"{part.title}: can be read, {len(reply.content)} submissions in about a week"

    def _submissions(self, part: Part, wanted: Window) -> Reply[list[Record]]:
        """What Google has in a window and around it: a day begins up to 14 hours before and 12
        after that of UTC."""
        margin = timedelta(days=1)
        query = _QUERY.format(since=wanted.since - margin, until=wanted.until + 2 * margin)
        path = f"/{self._account.version}/customers/{part.key}/googleAds:searchStream"
        return self._api.post(path, {"query": query}, read=_records)

    def _headers(self) -> dict[str, str]:
        login = self._account.login_customer_id
        return self._access.headers() | ({"login-customer-id": login} if login else {})


def _is_within(at: datetime | None, wanted: Window) -> bool:
    return at is None or wanted.since <= at <= wanted.until


def _records(batches: Json) -> list[Record]:
    """The rows of all batches of a stream; it is an array, and a batch may have none."""
    if not isinstance(batches, list):
        raise TypeError(type(batches).__name__)
    return [_record(row) for batch in batches for row in batch.get("results", [])]


def _record(row: Json) -> Record:
    data = row["leadFormSubmissionData"]
    return Record(
        external_id=str(data.get("id") or data["resourceName"]),
        payload=row,
        occurred_at=_time(data.get("submissionDateTime")),
        lead=_lead(data, row.get("campaign", {})),
    )


def _time(said: str | None) -> datetime | None:
    try:
        return moment(said or "")
    except ValueError:
        return None


def _lead(data: Json, campaign: Json) -> dict[str, Json]:
    """The row as the webhook of the same form names it, answers by the type of their question."""
    lead: dict[str, Json] = {
        "id": data.get("id"),
        "submission_date_time": data.get("submissionDateTime"),
        "gclid": data.get("gclid"),
        "form_id": _number(data.get("asset")),
        "campaign_id": campaign.get("id") or _number(data.get("campaign")),
        "campaign_name": campaign.get("name"),
        "adgroup_id": _number(data.get("adGroup")),
        "creative_id": _number(data.get("adGroupAd")),
    }
    answers = [
        *((a["fieldType"], a.get("fieldValue")) for a in data.get("leadFormSubmissionFields", [])),
        *(
            (a["questionText"], a.get("fieldValue"))
            for a in data.get("customLeadFormSubmissionFields", [])
        ),
    ]
    for asked, said in answers:
        lead[asked if asked not in lead else f"{asked} ({len(lead)})"] = said
    return lead


def _number(resource: str | None) -> str | None:
    """The last part of a resource's name: `customers/1/assets/31` is 31, `.../adGroupAds/5~7` 7."""
    return resource.rpartition("/")[2].rpartition("~")[2] if resource else None


def _dashed(digits: str) -> str:
    return f"{digits[:-7]}-{digits[-7:-4]}-{digits[-4:]}"

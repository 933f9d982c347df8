"""Google Ads API: `googleAds:searchStream` of the submissions of lead forms."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from lead_pipeline_tests.vendors.server import Call, VirtualTime
from lead_pipeline_tests.vendors.token import TokenFake

KEPT = timedelta(days=60)
_FIELDS = {
    "lead_form_submission_data.ad_group",
    "lead_form_submission_data.ad_group_ad",
    "lead_form_submission_data.asset",
    "lead_form_submission_data.campaign",
    "lead_form_submission_data.custom_lead_form_submission_fields",
    "lead_form_submission_data.gclid",
    "lead_form_submission_data.id",
    "lead_form_submission_data.lead_form_submission_fields",
    "lead_form_submission_data.resource_name",
    "lead_form_submission_data.submission_date_time",
    "ad_group.id",
    "ad_group.name",
    "campaign.id",
    "campaign.name",
}
_QUERY = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+lead_form_submission_data"
    r"(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER BY\s+\S+)?\s*",
    re.DOTALL,
)
_TIME = re.compile(
    r"lead_form_submission_data\.submission_date_time (>=|<=|<|>)"
    r" '(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)'"
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent in; `at` is aware, `fields` are by their type, `custom` by question."""

    id: str
    at: datetime
    fields: dict[str, str]
    custom: dict[str, str] = field(default_factory=dict)
    gclid: str | None = "Cj0KCQ_x"
    campaign: tuple[str, str] = ("21", "Autumn")


@dataclass(slots=True)
class Customer:
    """An account with its zone; one that a manager reaches is only answered to that manager."""

    zone: str = "America/New_York"
    manager: str | None = None
    is_enabled: bool = True
    submissions: list[Submission] = field(default_factory=list)


@dataclass(slots=True)
class GoogleAdsFake:
    """Customers by their digits. Errors come in an array or bare, as `wraps_errors` says."""

    time: VirtualTime
    token: TokenFake
    customers: dict[str, Customer] = field(default_factory=dict)
    batch: int = 3
    wraps_errors: bool = True

    def answer(self, call: Call) -> Response:
        if not self.token.knows(call):
            return self._error(401, "UNAUTHENTICATED", "authenticationError", "OAUTH_TOKEN_EXPIRED")
        matched = re.fullmatch(r"/v26/customers/(\d+)/googleAds:searchStream", call.path)
        if matched is None or call.method != "POST":
            return JSONResponse({"error": {"code": 404, "message": "Not Found"}}, 404)
        customer = self.customers.get(matched[1])
        login = call.headers.get("login-customer-id")
        if customer is None or customer.manager not in (None, login):
            return self._error(
                403, "PERMISSION_DENIED", "authorizationError", "USER_PERMISSION_DENIED"
            )
        if not customer.is_enabled:
            return self._error(
                403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED"
            )
        query = _QUERY.fullmatch(call.json["query"])
        if query is None:
            return self._error(400, "INVALID_ARGUMENT", "queryError", "UNEXPECTED_INPUT")
        if not {name.strip() for name in query["fields"].split(",")} <= _FIELDS:
            return self._error(400, "INVALID_ARGUMENT", "queryError", "UNRECOGNIZED_FIELD")
        rows = self._found(customer, query["where"] or "")
        if rows is None:
            return self._error(400, "INVALID_ARGUMENT", "queryError", "INVALID_VALUE_WITH_FILTER")
        return JSONResponse(self._batches(matched[1], customer, rows))

    def _found(self, customer: Customer, where: str) -> list[Submission] | None:
        """What the conditions leave, oldest first; None where one of them is not understood."""
        zone = ZoneInfo(customer.zone)
        now = self.time.now()
        found = [s for s in customer.submissions if now - KEPT <= s.at <= now]
        for condition in filter(None, where.split(" AND ")):
            matched = _TIME.fullmatch(condition.strip())
            if matched is None:
                return None
            held = datetime.fromisoformat(matched[2]).replace(tzinfo=zone)
            if matched[1].startswith(">"):
                found = [s for s in found if s.at >= held]
            else:
                found = [s for s in found if s.at <= held]
        return sorted(found, key=lambda s: s.at)

    def _batches(self, digits: str, customer: Customer, rows: list[Submission]) -> list[Any]:
        results = [_row(digits, customer, row) for row in rows]
        return [
            {
                "results": results[first : first + self.batch],
                "fieldMask": "leadFormSubmissionData.id",
                "requestId": f"request_{first}",
            }
            for first in range(0, len(results), self.batch)
        ]

    def _error(self, code: int, status: str, kind: str, what: str) -> Response:
        told = failure(code, status, {"errorCode": {kind: what}, "message": f"{what} was raised."})
        return JSONResponse([told] if self.wraps_errors else told, code)


def _row(digits: str, customer: Customer, submission: Submission) -> dict[str, Any]:
    local = submission.at.astimezone(ZoneInfo(customer.zone))
    number, name = submission.campaign
    campaign = f"customers/{digits}/campaigns/{number}"
    data: dict[str, Any] = {
        "resourceName": f"customers/{digits}/leadFormSubmissionData/{submission.id}",
        "id": submission.id,
        "asset": f"customers/{digits}/assets/31",
        "campaign": campaign,
        "submissionDateTime": local.isoformat(" ", "seconds"),
        "leadFormSubmissionFields": [
            {"fieldType": kind, "fieldValue": value} for kind, value in submission.fields.items()
        ],
    }
    if submission.gclid:
        data["gclid"] = submission.gclid
    if submission.custom:
        data["customLeadFormSubmissionFields"] = [
            {"questionText": asked, "fieldValue": said} for asked, said in submission.custom.items()
        ]
    return {
        "leadFormSubmissionData": data,
        "campaign": {"resourceName": campaign, "id": number, "name": name},
    }


def failure(code: int, status: str, *errors: dict[str, Any]) -> dict[str, Any]:
    """The envelope of an error, as it stands alone, in an array, or late in a stream."""
    kind = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
    details = [{"@type": kind, "requestId": "request_e", "errors": list(errors)}]
    message = "Request had errors. See details."
    return {"error": {"code": code, "status": status, "message": message, "details": details}}


def quota(what: str, delay: str | None = None) -> dict[str, Any]:
    """A `quotaError`, with the time to wait where Google says it."""
    told = {"retryDelay": delay} if delay else {}
    details = {"quotaErrorDetails": {"rateScope": "DEVELOPER", **told}}
    error = {"errorCode": {"quotaError": what}, "message": "Too many requests.", "details": details}
    return failure(429, "RESOURCE_EXHAUSTED", error)

"""A fake of Meta's Graph API: a Page with lead forms, as its documents and its users describe it.

Leads come the newest first; a cursor is bound to a lead; a lead that was erased leaves its place on
a page empty; `next` carries the token; a filter by time that is no Unix time is ignored; usage is
told in a header, and throttling is a 400 with minutes in it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse

from lead_pipeline_tests.vendors.server import Call, VirtualTime

_DEFAULT_LIMIT = 25
_LEAD_GEN_CALLS = 4_800  # a day, for each lead of the last 90 days
_KEPT = timedelta(days=90)


@dataclass(slots=True)
class Form:
    """A lead form; `forbidden` ones let nobody read their leads."""

    form_id: str
    name: str
    created: datetime
    status: str = "ACTIVE"
    forbidden: bool = False


@dataclass(slots=True)
class Lead:
    """A lead; it is seen from `visible` on, whatever time it bears. `boxes` of consent were ticked
    or not; one that is `erased` leaves its place on a page empty."""

    lead_id: str
    form_id: str
    created: datetime
    visible: datetime
    answers: Mapping[str, Sequence[str]]
    ad_id: str | None = None
    erased: bool = False
    boxes: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Graph:
    """The Page, its forms and leads. What is set may change at any moment.

    `expires` is when the token does, `subcode` why it is refused from then on. `calls_a_day` is the
    budget of the Page (from the number of leads where it is None), `largest_page` the limit above
    which too much data is asked for, `at_most` how many records a page has, whatever its limit.
    """

    time: VirtualTime
    page_id: str = "555000111"
    token: str = "page-token-of-a-test"
    app_secret: str | None = "app-secret-of-a-test"
    expires: datetime | None = None
    subcode: int = 463
    newest_first: bool = True
    calls_a_day: int | None = None
    largest_page: int = 1_000
    at_most: int = 1_000
    url: str = "https://graph.facebook.com"
    forms: dict[str, Form] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    _calls: list[datetime] = field(default_factory=list)

    def add_form(self, form_id: str, name: str = "Autumn", **more: Any) -> Form:
        form = Form(form_id, name, self.time.now(), **more)
        self.forms[form_id] = form
        return form

    def add_lead(
        self,
        form_id: str,
        lead_id: str,
        created: datetime | None = None,
        visible: datetime | None = None,
        ad_id: str | None = None,
        **answers: str | Sequence[str],
    ) -> Lead:
        """A lead that was sent in at `created`, and is seen at once or from `visible` on."""
        created = created or self.time.now()
        given = {name: [v] if isinstance(v, str) else v for name, v in answers.items()}
        lead = Lead(lead_id, form_id, created, visible or created, given, ad_id)
        self.leads[lead_id] = lead
        return lead

    def answer(self, call: Call) -> JSONResponse:
        self._calls.append(self.time.now())
        _version, *path = call.path.strip("/").split("/")
        refused = self._refused(call.params, call.headers) or self._throttled()
        answer = refused or self._answer(path, call.params)
        answer.headers.update(self._usage())
        return answer

    def _answer(self, path: list[str], query: Mapping[str, str]) -> JSONResponse:
        match path:
            case [self.page_id]:
                return JSONResponse(_chosen({"id": self.page_id, "name": "A page"}, query))
            case [self.page_id, "leadgen_forms"]:
                return self._page(list(map(self.form, self.forms)), query)
            case [form_id, "leads"] if form_id in self.forms:
                if self.forms[form_id].forbidden:
                    return _error(403, 200, "(#200) User does not have sufficient permission")
                return self._leads(form_id, query)
            case [lead_id] if (lead := self.leads.get(lead_id)) and self._is_there(lead):
                return JSONResponse(_chosen(self._lead(lead), query))
        message = (
            f"Unsupported get request. Object with ID '{path[0]}' does not exist, cannot be loaded"
            " due to missing permissions, or does not support this operation"
        )
        return _error(400, 100, message, subcode=33)

    def _leads(self, form_id: str, query: Mapping[str, str]) -> JSONResponse:
        after, before = _times(query.get("filtering", "[]"))
        found = [
            lead
            for lead in self.leads.values()
            if lead.form_id == form_id
            and lead.visible <= self.time.now()
            and self.time.now() - lead.created <= _KEPT
            and after < lead.created.timestamp() < before
        ]
        found.sort(key=lambda lead: (lead.created, lead.lead_id), reverse=self.newest_first)
        return self._page([self._lead(lead) for lead in found], query)

    def _page(self, items: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> JSONResponse:
        limit = int(query.get("limit", _DEFAULT_LIMIT))
        if limit > self.largest_page:
            message = "Please reduce the amount of data you're asking for, then retry your request"
            return _error(500, 1, message)
        limit, start = min(limit, self.at_most), 0
        if after := query.get("after"):
            ids = [item["id"] for item in items]
            at = base64.urlsafe_b64decode(after).decode().removeprefix("after:")
            if at not in ids:
                return _error(400, 100, "(#100) The cursor is no longer valid.")
            start = ids.index(at) + 1
        shown = items[start : start + limit]
        there = [item for item in shown if not item.get("_erased")]
        document: dict[str, Any] = {"data": [_chosen(item, query) for item in there]}
        if shown:
            cursors = {"before": _cursor(shown[0]), "after": _cursor(shown[-1])}
            document["paging"] = {"cursors": cursors}
            if len(items) > start + limit:
                document["paging"]["next"] = (
                    f"{self.url}/next?access_token={self.token}&limit={limit}"
                    f"&after={cursors['after']}"
                )
        return JSONResponse(document)

    def form(self, form_id: str) -> dict[str, Any]:
        """What the list of forms tells of one."""
        form = self.forms[form_id]
        mine = [lead for lead in self.leads.values() if lead.form_id == form_id and not lead.erased]
        expired = [lead for lead in mine if self.time.now() - lead.created > _KEPT]
        return {
            "id": form.form_id,
            "name": form.name,
            "status": form.status,
            "leads_count": len(mine),
            "expired_leads_count": len(expired),
            "created_time": _time(form.created),
        }

    def _lead(self, lead: Lead) -> dict[str, Any]:
        pairs = [{"name": name, "values": list(vs)} for name, vs in lead.answers.items()]
        by_ad = {
            "ad_id": lead.ad_id,
            "ad_name": "An ad",
            "campaign_id": "1200",
            "campaign_name": "Autumn",
        }
        return {
            "id": lead.lead_id,
            "created_time": _time(lead.created),
            "form_id": lead.form_id,
            "is_organic": lead.ad_id is None,
            "platform": "fb",
            "field_data": pairs,
            "_erased": lead.erased,
            **(by_ad if lead.ad_id else {}),
            **({"custom_disclaimer_responses": _boxes(lead)} if lead.boxes else {}),
        }

    def _is_there(self, lead: Lead) -> bool:
        return lead.visible <= self.time.now() and not lead.erased

    def _refused(self, query: Mapping[str, str], headers: Mapping[str, str]) -> JSONResponse | None:
        if self.expires is not None and self.time.now() >= self.expires:
            message = "Error validating access token: Session has expired"
            return _error(400, 190, message, subcode=self.subcode)
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if (given or query.get("access_token")) != self.token:
            return _error(400, 190, "Invalid OAuth access token.", subcode=467)
        if self.app_secret is not None:
            proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256)
            if query.get("appsecret_proof") != proof.hexdigest():
                return _error(400, 100, "Invalid appsecret_proof provided in the API argument")
        return None

    def _throttled(self) -> JSONResponse | None:
        if self._percent() < 100:
            return None
        message = "(#80005) There have been too many leadgen api calls from this Page account."
        return _error(400, 80005, message, is_transient=True)

    def _percent(self) -> int:
        since = self.time.now() - timedelta(days=1)
        self._calls = [at for at in self._calls if at > since]
        budget = self.calls_a_day or _LEAD_GEN_CALLS * max(1, len(self.leads))
        return len(self._calls) * 100 // budget

    def _usage(self) -> dict[str, str]:
        percent = self._percent()
        wait = 0
        if percent >= 100:
            free = self._calls[0] + timedelta(days=1) - self.time.now()
            wait = int(free.total_seconds() // 60) + 1
        usage = {"type": "leadgen", "call_count": percent, "total_cputime": 1, "total_time": 1,
                 "estimated_time_to_regain_access": wait}  # fmt: skip
        return {
            "x-business-use-case-usage": json.dumps({self.page_id: [usage]}),
            "x-app-usage": json.dumps({"call_count": 1, "total_time": 1, "total_cputime": 1}),
        }


def _error(
    status: int, code: int, message: str, subcode: int | None = None, **more: Any
) -> JSONResponse:
    error = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "Axy",
        **more,
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    return JSONResponse({"error": error}, status)


def _times(filtering: str) -> tuple[float, float]:
    """The bounds of the filter, both outside what it lets through; what is no number is ignored."""
    bounds = {"GREATER_THAN": float("-inf"), "LESS_THAN": float("inf")}
    for one in json.loads(filtering):
        if one["field"] == "time_created" and isinstance(one["value"], int):
            bounds[one["operator"]] = one["value"]
    return bounds["GREATER_THAN"], bounds["LESS_THAN"]


def _chosen(item: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """The fields that were asked for; the id comes always."""
    wanted = {"id", *query.get("fields", "id,created_time").split(",")}
    return {name: value for name, value in item.items() if name in wanted}


def _boxes(lead: Lead) -> list[dict[str, str]]:
    return [
        {"checkbox_key": key, "is_checked": "1" if is_checked else ""}
        for key, is_checked in lead.boxes.items()
    ]


def _cursor(item: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(f"after:{item['id']}".encode()).decode()


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")

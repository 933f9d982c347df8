"""Meta's lead forms, by the Graph API.

A part is a form. Its leads come the newest first, so that its cursor moves only when a whole window
was read; windows overlap by a day and a half. Pages are walked by `after`: Meta's own `next` holds
the token.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from lead_pipeline.connectors.clock import SYSTEM, Clock
from lead_pipeline.connectors.faults import BadRequest, Transient
from lead_pipeline.connectors.http import Api, Reply
from lead_pipeline.connectors.meta_faults import NotThere, TooMuch, classify, usage
from lead_pipeline.connectors.meta_records import (
    FORM_FIELDS,
    LEAD_FIELDS,
    Form,
    form_of,
    lead_of,
    page_of,
    record_of,
)
from lead_pipeline.connectors.model import Json, Page, Part, Record, Window
from lead_pipeline.connectors.standing import Standing
from lead_pipeline.connectors.windows import window
from lead_pipeline.settings.accounts import MetaAccount

T = TypeVar("T")
_OVERLAP = timedelta(hours=36)  # Meta tries a webhook for as long
_YOUNG = timedelta(days=7)
_LIMIT = 100
_STARTS = 3  # times that a form's pages are begun, where a cursor between them died
_BUSY = 75  # percent of what Meta allows; from there on calls are made slowly


class MetaLeads:
    """Implements `Source`."""

    name = "meta"
    title = "Meta lead forms"
    profile = "meta_leads"
    import_source = "api"

    def __init__(self, account: MetaAccount, clock: Clock = SYSTEM) -> None:
        self._page = account.page_id
        self._clock = clock
        token = account.access_token
        self._proof = _proof(account.app_secret, token) if account.app_secret else None
        self._api = Api(
            f"{account.base_url}/{account.version}",
            classify,
            clock=clock,
            authorize=lambda: {"Authorization": f"Bearer {token}"},
            secrets=[token, account.app_secret or "", self._proof or ""],
        )
        self._forms: dict[str, Form] = {}
        self._server_time: datetime | None = None

    def parts(self) -> Iterator[Part]:
        self._forms = {form.form_id: form for form in self._all_forms()}
        for form in self._forms.values():
            if form.is_read(self._clock.now()):
                yield Part(form.form_id, form.name)

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        if asked is not None:
            yield from self._pages(part, asked)
            return
        stood = Standing.of(cursor)
        if stood is None:
            stood = Standing.begun(self._clock, self._beginning(part))
            yield Page((), stood.json)
        reached, is_whole = stood.reached, True
        span = window(
            reached, self._clock, overlap=_OVERLAP, first=_OVERLAP, server_time=self._server_time
        )
        for page in self._pages(part, span):
            reached = max([reached, *page.times])
            is_whole = is_whole and not any(record.problem for record in page.records)
            yield page
        moved = stood.moved(reached, self._clock, is_whole=is_whole, is_long=True)
        yield Page((), moved.json)

    def lead(self, lead_id: str) -> Record:
        """The one lead that a webhook told of.

        Raises:
            Transient: it cannot be read yet.
        """
        try:
            lead = self._get(lead_id, {"fields": LEAD_FIELDS}, lead_of).content
        except NotThere as error:
            raise Transient(str(error)) from error
        if not self._forms:
            self._forms = {form.form_id: form for form in self._all_forms()}
        form = self._forms.get(str(lead.get("form_id")))
        return record_of(lead, form.name if form else None)

    def check(self) -> Iterator[str]:
        page = self._get(self._page, {"fields": "id,name"}, lambda said: str(said["name"])).content
        yield f"the token opens the Page {page}"
        parts = list(self.parts())
        yield f"{len(parts)} of {len(self._forms)} lead forms are read"
        if parts:
            asked = {"fields": "id", "limit": "1"}
            self._get(f"{parts[0].key}/leads", asked, partial(page_of, lead_of))
            yield f"leads of the form {parts[0].title} can be read"

    def _beginning(self, part: Part) -> datetime:
        """Where a form stands that is new to us: a young one before its first lead, lest those of a
        longer outage are missed; any other so that its newest leads are read."""
        now = min(self._clock.now(), self._server_time or self._clock.now())
        form = self._forms.get(part.key)
        is_young = form is not None and now - form.created < _YOUNG
        return min(form.created + _OVERLAP, now) if form and is_young else now

    def _all_forms(self) -> Iterator[Form]:
        for page in self._walk(f"{self._page}/leadgen_forms", {"fields": FORM_FIELDS}, form_of):
            yield from page

    def _pages(self, part: Part, span: Window) -> Iterator[Page]:
        """The leads of a form within a window; what bounds Meta's filter is outside of it."""
        bounds = {
            "GREATER_THAN": int(span.since.timestamp()) - 1,
            "LESS_THAN": int(span.until.timestamp()) + 1,
        }
        filtering = [
            {"field": "time_created", "operator": operator, "value": value}
            for operator, value in bounds.items()
        ]
        asked = {"fields": LEAD_FIELDS, "filtering": json.dumps(filtering)}
        for leads in self._walk(f"{part.key}/leads", asked, lead_of):
            yield Page([record_of(lead, part.title) for lead in leads])

    def _walk(
        self, path: str, asked: Mapping[str, str], read: Callable[[Json], T]
    ) -> Iterator[list[T]]:
        """Every page, an empty one in between too. A cursor dies with the lead that it is bound to:
        then the walk begins anew."""
        limit, after, starts = _LIMIT, "", 1
        while True:
            place = {"limit": str(limit), "after": after}
            try:
                page = self._get(path, {**asked, **place}, partial(page_of, read)).content
            except TooMuch:
                if limit == 1:
                    raise
                limit //= 2
                continue
            except BadRequest:
                if not after or starts == _STARTS:
                    raise
                after, starts = "", starts + 1
                continue
            yield page.items
            after = page.after
            if not after:
                return

    def _get(self, path: str, params: Mapping[str, str], read: Callable[[Json], T]) -> Reply[T]:
        asked = {"appsecret_proof": self._proof or "", **params}
        stated = {name: value for name, value in asked.items() if value}
        reply = self._api.get(f"/{path}", stated, read=read)
        self._server_time = reply.server_time
        used = usage(reply.headers).percent
        if used > _BUSY:
            self._clock.sleep(used - _BUSY)
        return reply


def _proof(secret: str, token: str) -> str:
    """What shows that whoever has the token has the app's secret as well."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()

"""The webhooks there are: where each is, what configures it, and how a call that tests it looks.

A test is proven by our own secret and marked as one, as a vendor would send it; it goes over HTTP
to the address of the page, so that signature check, inbox and counts are those of any call.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from uuid import uuid4

import httpx2

from lead_pipeline.connectors.model import Json
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.settings.accounts import Webhooks

_PATIENCE = 15.0  # seconds that the page may take to answer itself


@dataclass(frozen=True, slots=True)
class Call:
    """A request that a vendor would send."""

    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The webhook of a source: its address for people, the settings that configure it, whether they
    are there, and what a test with this id looks like."""

    source: str
    address: str
    needs: tuple[str, ...]
    is_configured: Callable[[Webhooks], bool]
    test: Callable[[Webhooks, str], Call]

    @property
    def advice(self) -> str:
        return f"the webhook of {self.source} is not configured: set {' and '.join(self.needs)}"


def _meta(secrets: Webhooks, test_id: str) -> Call:
    value = {"leadgen_id": test_id, "form_id": "test", "is_test": True}
    change = {"field": "leadgen", "value": value}
    body = _bytes({"object": "page", "entry": [{"id": "test", "changes": [change]}]})
    proof = hmac.new((secrets.meta_app_secret or "").encode(), body, sha256).hexdigest()
    return Call("/webhooks/meta", body, {"X-Hub-Signature-256": f"sha256={proof}"})


def _google(secrets: Webhooks, test_id: str) -> Call:
    said = {"lead_id": test_id, "is_test": True, "google_key": secrets.google_lead_key}
    return Call("/webhooks/google", _bytes(said))


def _knowlarity(secrets: Webhooks, test_id: str) -> Call:
    said = {"uuid": test_id, "is_test": True}
    return Call(f"/webhooks/knowlarity/{secrets.knowlarity_token}", _bytes(said))


def _bytes(said: Json) -> bytes:
    return json.dumps(said).encode()


WEBHOOKS = {
    one.source: one
    for one in (
        Webhook(
            "meta",
            "/webhooks/meta",
            ("META_APP_SECRET", "META_VERIFY_TOKEN"),
            lambda said: bool(said.meta_app_secret and said.meta_verify_token),
            _meta,
        ),
        Webhook(
            "google_ads",
            "/webhooks/google",
            ("GOOGLE_LEAD_FORM_KEY",),
            lambda said: bool(said.google_lead_key),
            _google,
        ),
        Webhook(
            "knowlarity",
            "/webhooks/knowlarity/{token}",
            ("KNOWLARITY_PUSH_TOKEN",),
            lambda said: bool(said.knowlarity_token),
            _knowlarity,
        ),
    )
}
"""By the name of their source."""


def send_test(session: Connection, source: str, secrets: Webhooks, page: str) -> str:
    """Call the webhook of a source as its vendor would, at the address of our own page; the id of
    the test, which is in the inbox then.

    Raises:
        OperatorError: there is no such webhook, it is not configured, or it did not take the test.
    """
    webhook = WEBHOOKS.get(source)
    if webhook is None:
        raise OperatorError(f"{source} has no webhook; {', '.join(WEBHOOKS)} have one")
    if not webhook.is_configured(secrets):
        raise OperatorError(webhook.advice)
    test_id = f"test-{uuid4().hex}"
    call = webhook.test(secrets, test_id)
    _send(page, call, webhook.address)
    kept = run(session, "connectors/is_test_kept", {"source": source, "external_id": test_id})
    if not (kept.fetchone() or {})["kept"]:
        raise OperatorError(f"{webhook.address} took the test, and did not keep it")
    return test_id


def _send(page: str, call: Call, address: str) -> None:
    """The address is told without what is secret in it."""
    headers = {"Content-Type": "application/json", **call.headers}
    try:
        with httpx2.Client(timeout=_PATIENCE, trust_env=False) as client:  # past every proxy
            reply = client.post(page + call.path, content=call.body, headers=headers)
    except httpx2.HTTPError as error:
        raise OperatorError(f"{address} does not answer ({type(error).__name__})") from None
    if reply.status_code != HTTPStatus.OK:
        raise OperatorError(f"{address} refused the test: it answered {reply.status_code}")

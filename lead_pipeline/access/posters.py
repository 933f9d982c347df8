"""Who may post leads for a supplier: by its token, or by a signature (Standard Webhooks).

Both are made together and told once. The token is kept as its SHA-256; the secret of signatures has
to be there as it is.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import floor
from typing import Protocol

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from lead_pipeline.access.tokens import digest
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import LeadPipelineError, OperatorError

PREFIX = "lps_"
"""By it people, secret scanners and the API know a supplier's token."""
SIGNATURE = "webhook-signature"
"""The header by which a signed post is known."""


class Refused(LeadPipelineError):
    """Whoever posts has not proven to be the supplier."""


@dataclass(frozen=True, slots=True)
class Poster:
    """For which supplier somebody posts, and how many leads a day it may be."""

    supplier: str
    daily_cap: int | None = None


class Proof(Protocol):
    """What somebody shows who posts."""

    def poster(self, session: Connection) -> Poster:
        """
        Raises:
            Refused: it proves nothing.
        """


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody of the team, who was let in before and says which supplier it is."""

    supplier: str

    def poster(self, session: Connection) -> Poster:  # noqa: ARG002 - others ask the database
        return Poster(self.supplier)


@dataclass(frozen=True, slots=True)
class ByToken:
    """A supplier's token."""

    token: str

    def poster(self, session: Connection) -> Poster:
        asked = {"digest": digest(self.token), "supplier": None}
        row = run(session, "access/select_posting_token", asked).fetchone()
        if row is None:
            raise Refused("this token opens nothing: ask for a new one")
        return Poster(row["supplier"], row["daily_cap"])


@dataclass(frozen=True, slots=True)
class BySignature:
    """A signature over the bytes that were posted, in headers as standardwebhooks.com has them."""

    supplier: str
    headers: Mapping[str, str]
    body: bytes

    def poster(self, session: Connection) -> Poster:
        asked = {"digest": None, "supplier": self.supplier}
        row = run(session, "access/select_posting_token", asked).fetchone()
        try:
            # Whoever has no secret is told the same as whoever signs with a wrong one.
            Webhook(row["secret"] if row else secrets.token_bytes(32)).verify(
                self.body, dict(self.headers), json_parse=False
            )
        except (WebhookVerificationError, ValueError) as error:
            raise Refused("the signature is wrong, or more than five minutes old") from error
        if not run(session, "access/claim_signature", {"digest": self._digest()}).rowcount:
            raise Refused("this signed post has come already: sign each try anew")
        return Poster(self.supplier, row["daily_cap"] if row else None)

    def _digest(self) -> str:
        at = floor(float(self.headers["webhook-timestamp"]))
        return sha256(f"{self.supplier}\n{self.headers['webhook-id']}\n{at}".encode()).hexdigest()


def create(session: Connection, supplier: str, daily_cap: int | None) -> tuple[str, str]:
    """A token and a secret for signatures, which are told this once; former ones end.

    Raises:
        OperatorError: the name cannot be that of a folder in the bucket.
    """
    if not supplier.strip() or "/" in supplier:
        raise OperatorError(
            f"{supplier!r} cannot be a supplier: it is to name a folder in the bucket"
        )
    token = PREFIX + secrets.token_urlsafe(32)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    facts = {"supplier": supplier, "digest": digest(token), "secret": secret}
    with session.transaction():
        run(session, "access/revoke_posting_token", {"supplier": supplier})
        run(session, "access/add_posting_token", {**facts, "daily_cap": daily_cap})
    return token, secret


def revoke(session: Connection, supplier: str) -> None:
    """
    Raises:
        OperatorError: the supplier has no token.
    """
    if not run(session, "access/revoke_posting_token", {"supplier": supplier}).rowcount:
        raise OperatorError(f"{supplier} has no token to post with")

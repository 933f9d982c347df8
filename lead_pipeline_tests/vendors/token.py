"""Google's token endpoint: signed assertions of a service account, and refresh tokens of a user.

It looks at the real time, as google-auth does; tokens run out by the vendors' time.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from google.auth.crypt import RSAVerifier
from starlette.responses import JSONResponse, Response

from lead_pipeline_tests.vendors.server import Call, VirtualTime

EMAIL = "puller@project.example.com"
USER = {
    "client_id": "client-1.apps.example.com",
    "client_secret": "client-secret-0001",
    "refresh_token": "1//refresh-token-0001",
}
AUDIENCE = "https://oauth2.googleapis.com/token"  # whatever the address, as google-auth has it
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOLERANCE = timedelta(minutes=5)


@cache
def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=1024)  # quick to read; no secret


@cache
def _private() -> str:
    return (
        _key()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


@cache
def _verifier() -> RSAVerifier:
    public = _key().public_key()
    return RSAVerifier.from_string(
        public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


class TokenFake:
    """Gives tokens for `lifetime` seconds, and knows those that it gave.

    Args:
        url: where it is mounted, with the server's address.
        scope: what may be asked for.
        now: the time that assertions are held against.
    """

    def __init__(
        self,
        url: str,
        time: VirtualTime,
        scope: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.url = url
        self.lifetime = 3599
        self.revoked = False  # the account is gone: no token any more
        self.given = 0
        self._time = time
        self._scope = scope
        self._now = now
        self._valid_until: dict[str, datetime] = {}

    def service_account(self) -> dict[str, str]:
        """The key file of a service account."""
        return {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key_id": "key-1",
            "private_key": _private(),
            "token_uri": self.url,
        }

    def authorized_user(self) -> dict[str, str]:
        """What `gcloud` keeps of a user who consented."""
        return {"type": "authorized_user", "token_uri": self.url, **USER}

    def expire(self) -> None:
        """All tokens that are out run out now."""
        self._valid_until.clear()

    def knows(self, call: Call) -> bool:
        """Whether a call of an API has a token that is good now."""
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        until = self._valid_until.get(token)
        return until is not None and self._time.now() < until

    def answer(self, call: Call) -> Response:
        form = call.form
        is_assertion = form.get("grant_type") == _JWT_BEARER
        wrong = self._assertion(form["assertion"]) if is_assertion else self._user(form)
        if wrong or self.revoked:
            told = wrong or "Token has been expired or revoked."
            return JSONResponse({"error": "invalid_grant", "error_description": told}, 400)
        self.given += 1
        token = f"ya29.secret-{self.given}"
        self._valid_until[token] = self._time.now() + timedelta(seconds=self.lifetime)
        return JSONResponse(
            {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}
        )

    def _assertion(self, assertion: str) -> str | None:
        """What is wrong with a JWT."""
        signed, _, signature = assertion.rpartition(".")
        claims = _claims(signed.split(".")[1])
        issued = datetime.fromtimestamp(claims["iat"], UTC)
        if not _verifier().verify(signed.encode(), _bytes(signature)):
            return "Invalid JWT Signature."
        if claims["aud"] != AUDIENCE or claims["iss"] != EMAIL or claims["scope"] != self._scope:
            return "Invalid JWT: audience, issuer or scope"
        if claims["exp"] - claims["iat"] > 3600 or abs(self._now() - issued) > _TOLERANCE:
            return (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
                " timeframe. Check your iat and exp values in the JWT claim."
            )
        return None

    def _user(self, form: dict[str, str]) -> str | None:
        return None if all(form.get(k) == v for k, v in USER.items()) else "Bad Request"


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _claims(text: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(_bytes(text))
    return claims

"""Access to Google's APIs: a service account's key, or what a user consented to, becomes a token.

Both come from their JSON file as Google gives it.
"""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from google.oauth2 import credentials as user
from google.oauth2 import service_account

from lead_pipeline.connectors.faults import AccessLost, Transient

_TIMEOUT = 30.0  # seconds that the token endpoint may be silent
_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105
_SECRETS = ("private_key", "client_secret", "refresh_token")


class GoogleAccess:
    """Gives the headers that prove who asks, with a token that is fetched when it is needed.

    `secrets` are what no text may hold; `who` is the account's address, where it has one.
    """

    def __init__(self, info: Mapping[str, Any], scope: str) -> None:
        self.secrets: list[str] = [info[name] for name in _SECRETS if name in info]
        self.who: str = info.get("client_email", "the user who consented")
        self._info, self._scope = info, scope

    @cached_property
    def _credentials(self) -> Credentials:
        """Read at the first use: that they are unusable is told by a pull, not by a start."""
        return _credentials(self._info, self._scope)

    def headers(self) -> dict[str, str]:
        """
        Raises:
            Fault: there is no token to be had.
        """
        if not self._credentials.valid:
            self.refresh()
        return {"Authorization": f"Bearer {self._credentials.token}"}

    def refresh(self) -> None:
        """Fetch a new token, whatever is left of the old one.

        Raises:
            Fault: there is none to be had.
        """
        try:
            self._credentials.refresh(partial(Request(), timeout=_TIMEOUT))
        except RefreshError as error:
            if error.retryable:
                raise Transient("Google gives no token at the moment") from None
            raise AccessLost(_told(str(error), self.who)) from None
        except GoogleAuthError as error:
            raise Transient(f"Google's tokens cannot be had: {type(error).__name__}") from None
        self.secrets.append(str(self._credentials.token))


def _credentials(info: Mapping[str, Any], scope: str) -> Credentials:
    """
    Raises:
        AccessLost: they are not complete, or the key is none.
    """
    try:
        if info["type"] == "service_account":
            key: Credentials = service_account.Credentials.from_service_account_info(
                info, scopes=[scope]
            )
            return key
        return user.Credentials(
            None,
            refresh_token=info["refresh_token"],
            token_uri=info.get("token_uri", _TOKEN_URI),
            client_id=info["client_id"],
            client_secret=info["client_secret"],
            scopes=[scope],
        )
    except KeyError as error:
        told = f"Google's credentials have no {error}: take the JSON file as Google gives it"
        raise AccessLost(told) from None
    except (ValueError, GoogleAuthError):
        told = "Google's credentials hold no usable key: make a new one, and take its JSON file"
        raise AccessLost(told) from None


def _told(error: str, who: str) -> str:
    """What a person has to do. The error itself may hold parts of the request."""
    if "reasonable timeframe" in error:
        return "Google refuses the token request: the clock of this computer is off, set it right"
    if "invalid_grant" in error:
        return (
            f"Google does not know {who} any more: its key was deleted, or the consent withdrawn "
            "or expired. Make a new key or consent again, and put its JSON into the settings"
        )
    return f"Google gives {who} no token: see that the account and its key are enabled"

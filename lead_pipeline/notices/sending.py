"""Sends a message to an address by Apprise, which speaks to mail, chats and some hundred services.

Nothing of an address is told anywhere: not in logs, and not in what is said of a failure.
"""

import logging
from functools import cache

from apprise import Apprise, AppriseAsset, NotifyType
from apprise.common import PersistentStoreMode

_SECONDS = 20.0
# It logs addresses. A filter, for who configures logs anew enables what was disabled.
logging.getLogger("apprise").addFilter(lambda _record: False)
_TYPES = {
    "info": NotifyType.INFO,
    "warning": NotifyType.WARNING,
    "critical": NotifyType.FAILURE,
}


def send(url: str, title: str, body: str, severity: str) -> str | None:
    """Send it; None if it was taken, else what is the matter in words without the address."""
    service = _service(url)
    if service is None:
        return "Apprise does not know such an address"
    try:
        done = service.notify(
            body=body, title=title, notify_type=_TYPES[severity], timeout=_SECONDS
        )
    except Exception as error:  # noqa: BLE001 - a hundred services, each with faults of its own
        return type(error).__name__
    return None if done else done.status.name.lower()


@cache
def _service(url: str) -> Apprise | None:
    """The service behind an address; what it keeps, such as a session, stays in memory."""
    asset = AppriseAsset(
        app_id="lead_pipeline", storage_mode=PersistentStoreMode.MEMORY, async_mode=False
    )
    service = Apprise(asset=asset)
    return service if service.add(url) else None

"""A database that does not answer: it cannot be noted there, and is told without it.

Who was told is kept in memory: a process that starts anew tells it anew.
"""

from datetime import datetime

from lead_pipeline.database import connect
from lead_pipeline.notices.outbox import Message, put
from lead_pipeline.settings import Settings

AWAY_SECONDS = 120.0
"""A restart of a server takes less."""


class Absence:
    """From when the database has not answered, and which addresses know of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._since: datetime | None = None
        self._told: list[str] = []

    def goes_on(self, now: datetime) -> None:
        """It does not answer: whoever does not know of it is told, once it has lasted."""
        self._since = self._since or now
        if (now - self._since).total_seconds() < AWAY_SECONDS:
            return
        for url in self._settings.telling.urls:
            if url not in self._told and self._send(url) is None:
                self._told.append(url)

    def is_over(self, now: datetime) -> None:
        """It answers: whoever was told is told that too.

        Raises:
            OutsideTrouble: it went away again.
        """
        if self._told:
            with connect(self._settings.database_url) as session:
                put(session, self._told, [Message("over", "info", f"over: {self._words()}")], now)
        self._since, self._told = None, []

    def _send(self, url: str) -> str | None:
        from lead_pipeline.notices.sending import send

        title = "lead_pipeline: 1 message, critical"
        return send(url, title, f"critical: {self._words()}", "critical")

    def _words(self) -> str:
        return f"The database has not answered since {self._since:%Y-%m-%d %H:%M %Z}."

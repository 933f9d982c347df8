"""Where posted leads are answered: all that wait at once, so that one posted twice is told so."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from time import monotonic

from lead_pipeline.connectors import posts
from lead_pipeline.connectors.posts import Answer, Answered, Post
from lead_pipeline.database import Connection
from lead_pipeline.imports.site import Site
from lead_pipeline.web.batches import Batches

_MOST_POSTS = 200
_TIDY_SECONDS = 30.0


class Desk:
    """The desk of one site."""

    def __init__(self, site: Site) -> None:
        self._settings = site.settings
        self._tidied = 0.0
        self._batches: Batches[Post, list[Answer]] = Batches(
            site.settings.database_url, "posting", _MOST_POSTS, self._answer
        )

    def answer(self, post: Post) -> Future[list[Answer]]:
        """What is answered to the leads of a post, once they are kept; or why they are not."""
        return self._batches.ask(post)

    def _answer(self, session: Connection, came: Sequence[Post]) -> list[Answered]:
        if monotonic() - self._tidied > _TIDY_SECONDS:
            posts.forget_imported(session)
            self._tidied = monotonic()
        return posts.answer(session, came, self._settings, datetime.now(UTC))

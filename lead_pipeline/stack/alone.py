"""What a command needs that imports without a running stack, such as one that cron starts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.settings.home import make_home
from lead_pipeline.stack.heartbeats import daemon_works
from lead_pipeline.stack.lock import only_one
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.up import Say, prepare_home


@contextmanager
def database_running(settings: Settings, say: Say) -> Iterator[bool]:
    """The database for the length of a `with` block, with its tables; whether a daemon works on it,
    so that imports go on by themselves.

    Raises:
        OperatorError: `lead-pipeline up` begins or ends at this moment, or LEADS_HOME cannot be
            written.
        OutsideTrouble: the database of LEADS_DATABASE_URL does not answer.
    """
    try:
        with connect(settings.database_url, autocommit=True) as session:
            works = daemon_works(session)
    except OutsideTrouble:
        if not settings.embedded:
            raise
    else:
        if not works:
            _prepare(settings)
        yield works
        return
    make_home(settings.home, say)
    with only_one(settings.home, "a command that pulls"):
        server = EmbeddedPostgres(settings.home)
        server.start()
        try:
            _prepare(settings)
            yield False
        finally:
            server.stop()


def _prepare(settings: Settings) -> None:
    upgrade(settings)
    prepare_home(settings)
    os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home))

"""Pulls that go on by themselves: whoever asked for one is told its number and looks it up."""

import logging
import threading
from concurrent.futures import Future

from lead_pipeline import tracker
from lead_pipeline.connectors.model import Source
from lead_pipeline.connectors.pull import pull
from lead_pipeline.errors import LeadPipelineError
from lead_pipeline.imports.site import Site

_log = logging.getLogger(__name__)


def begin_pull(site: Site, source: Source) -> int:
    """Begin a pull in a thread of this process, and tell its number. If the process ends meanwhile,
    the next pull goes on where the last page was kept.

    Raises:
        Busy: another pull of this source is at work.
        OutsideTrouble: the database does not answer.
    """
    begun: Future[int] = Future()
    threading.Thread(
        target=_work, args=(site, source, begun), name=f"pull {source.name}", daemon=True
    ).start()
    return begun.result()


def _work(site: Site, source: Source, begun: Future[int]) -> None:
    try:
        pull(site, source, on_begin=begun.set_result)
    except Exception as error:  # noqa: BLE001 - whoever waits is told, else the log
        if not begun.done():
            begun.set_exception(error)
        elif isinstance(error, LeadPipelineError):
            _log.warning("%s: %s", source.name, error)  # what was kept goes on by itself
        else:
            tracker.tell(error)
            _log.exception("the pull of %s broke off", source.name)

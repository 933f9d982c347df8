"""Logs as JSON, one object a line, for whoever collects them (LEADS_LOG_FORMAT=json).

What is told is what is told in text as well: no cell of a file, and no password.
"""

import json
import logging
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

import_at_work: ContextVar[int | None] = ContextVar("import_at_work", default=None)
"""The number of the import that this process works on, once that is known."""
_log = logging.getLogger("lead_pipeline")


def line(level: str, logger: str, message: str, **more: object) -> str:
    """One line of a log: `time` in UTC, then what is given, but for what is None."""
    facts = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level.lower()}
    facts |= {"logger": logger, "message": message}
    known = {name: value for name, value in more.items() if value is not None}
    return json.dumps(facts | known, default=str)  # in ASCII: no letter of it ends a line


class JsonLines(logging.Formatter):
    """Of each record its time, level, logger and message; import and exception where there are."""

    def format(self, record: logging.LogRecord) -> str:
        return line(
            record.levelname,
            record.name,
            record.getMessage(),
            time=datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            import_id=import_at_work.get(),
            exception=self.formatException(record.exc_info) if record.exc_info else None,
        )


def use(log_format: str) -> None:
    """Have this process, and what it forks, write its log so: `text` or `json`."""
    if log_format != "json":
        return
    formatter = JsonLines()
    # Dagster and uvicorn bring handlers of their own, Dagster anew for each run: whatever writes
    # to the log writes so.
    setattr(logging.StreamHandler, "format", lambda _handler, record: formatter.format(record))  # noqa: B010
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").addHandler(logging.StreamHandler())  # else nobody writes them
    sys.excepthook = _end_of_process
    threading.excepthook = _end_of_thread


def _end_of_process(
    kind: type[BaseException], error: BaseException, where: TracebackType | None
) -> None:
    _log.critical("the process ends: %s", kind.__name__, exc_info=(kind, error, where))


def _end_of_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        told = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _log.critical("a thread ends: %s", arguments.exc_type.__name__, exc_info=told)

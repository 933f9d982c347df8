"""Waiting for imports to end, with a progress bar per file. Only the ledger is asked."""

import time
from collections.abc import Iterator, Sequence

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from lead_pipeline import ledger
from lead_pipeline.cli.terminal import console, printable
from lead_pipeline.database import Connection
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.intake.drop import Dropped
from lead_pipeline.ledger import Import, Status

_POLL_SECONDS = 0.2
_STEPS = {
    Status.WAITING: 0,
    Status.LOADED: 1,
    Status.NORMALIZED: 2,
    Status.HELD: 2,
    Status.ARCHIVED: 3,
}
_LAST_STEP = 4


def wait_for(
    session: Connection, dropped: Sequence[Dropped], timeout: float, *, show: bool
) -> Iterator[Import]:
    """Yield the import of each dropped file once it has ended, in the order in which they end.

    One that is held is yielded too: nothing more becomes of it until a person says so.

    Raises:
        OutsideTrouble: not all ended within `timeout` seconds; they go on nevertheless.
    """
    deadline = time.monotonic() + timeout
    waiting = list(dropped)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"),
               TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console(), disable=not show) as progress:
        tasks = {
            one.object_key: progress.add_task(printable(one.file), total=_LAST_STEP, step="waiting")
            for one in waiting
        }
        while waiting:
            for one in list(waiting):
                import_ = ledger.of_version(session, one.object_key, one.version_tag)
                if import_ is None:
                    continue
                _advance(progress, tasks[one.object_key], import_)
                if import_.status.at_rest:
                    waiting.remove(one)
                    yield import_
            if waiting and time.monotonic() > deadline:
                names = ", ".join(one.file for one in waiting)
                raise OutsideTrouble(
                    f"not done within {timeout:.0f} s: {names}; `lead-pipeline status` tells more"
                )
            if waiting:
                time.sleep(_POLL_SECONDS)


def _advance(progress: Progress, task: TaskID, import_: Import) -> None:
    step = _STEPS.get(import_.status, _LAST_STEP)
    progress.update(task, completed=step, step=str(import_.status))

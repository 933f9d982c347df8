"""A run launcher for tests that refuses as many launches as a file in its DAGSTER_HOME says."""

import os
from pathlib import Path

from dagster._core.launcher import LaunchRunContext

from lead_pipeline.stack.launcher import WarmRunLauncher


class FailingLauncher(WarmRunLauncher):
    """Fails like a host that is out of memory, then works as ours does."""

    def launch_run(self, context: LaunchRunContext) -> None:
        to_fail = launches_to_fail(Path(os.environ["DAGSTER_HOME"]))
        left = int(to_fail.read_text())
        if left > 0:
            to_fail.write_text(str(left - 1))
            raise RuntimeError("no memory for another worker")
        super().launch_run(context)


def launches_to_fail(dagster_home: Path) -> Path:
    return dagster_home / "launches_to_fail"

"""The application of Dagster's webserver, for a program that puts its own guard in front of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from starlette.applications import Starlette


@contextmanager
def dagster_ui(workspace: Path) -> Iterator[Starlette]:
    """What `dagster-webserver -w WORKSPACE` would serve, for the instance in DAGSTER_HOME."""
    # Not before it is wanted: these take seconds.
    from dagster import DagsterInstance
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver import cli
    from dagster_webserver.app import create_app_from_workspace_process_context

    target = WorkspaceFileTarget([str(workspace)])
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            cli.DEFAULT_DB_STATEMENT_TIMEOUT,
            cli.DEFAULT_POOL_RECYCLE,
            cli.DEFAULT_POOL_MAX_OVERFLOW,
        )
        with WorkspaceProcessContext(
            instance, workspace_load_target=target, version=version("dagster-webserver")
        ) as context:
            yield create_app_from_workspace_process_context(context)

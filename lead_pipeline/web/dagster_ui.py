"""Dagster's UI behind our guard, in the place of `dagster-webserver`.

`python -m lead_pipeline.web.dagster_ui`, as `lead-pipeline up` runs it for the instance in
DAGSTER_HOME. Who may come in is in dagster_guard.py.
"""

from pathlib import Path

import click
import uvicorn

from lead_pipeline import log_format
from lead_pipeline.bucket import open_bucket
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import load_settings
from lead_pipeline.settings.home import keep_private
from lead_pipeline.stack.ports import LOOPBACK
from lead_pipeline.stack.webserver import dagster_ui
from lead_pipeline.web.dagster_guard import DagsterGuard
from lead_pipeline.web.guard import gate

# An open tab holds its websocket for ever: what has not ended by then is cut.
_GRACE_SECONDS = 2


@click.command()
@click.option("-h", "--host", default=LOOPBACK, show_default=True, help="Where to listen.")
@click.option("-p", "--port", default=3000, show_default=True, help="The port.")
@click.option(
    "-w",
    "--workspace",
    default=Path("workspace.yaml"),
    show_default=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Dagster's workspace file.",
)
def main(host: str, port: int, workspace: Path) -> None:
    """Serve Dagster's UI until SIGTERM or SIGINT; beyond loopback it asks for a token."""
    keep_private()
    settings = load_settings()
    log_format.use(settings.log_format)
    at = gate(Site(settings, open_bucket(settings.bucket_url)), host)
    with dagster_ui(workspace) as app:
        uvicorn.run(
            DagsterGuard(app, at),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )


if __name__ == "__main__":
    main()

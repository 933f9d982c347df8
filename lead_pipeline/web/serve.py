"""Serves the page: `python -m lead_pipeline.web.serve HOST PORT`, as `lead-pipeline up` runs it."""

import gc
import sys

import uvicorn

from lead_pipeline import log_format
from lead_pipeline.bucket import open_bucket
from lead_pipeline.imports.site import Site
from lead_pipeline.notices.watch import watching
from lead_pipeline.settings import load_settings
from lead_pipeline.settings.home import keep_private
from lead_pipeline.web.app import create_app

# An open tab holds its event stream for ever: what has not ended by then is cut.
_GRACE_SECONDS = 2


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    keep_private()
    settings = load_settings()
    log_format.use(settings.log_format)
    app = create_app(Site(settings, open_bucket(settings.bucket_url)), host)
    # What is there now stays, and looking through it would hold everybody up for 70 ms.
    gc.collect()
    gc.freeze()
    with watching(settings):
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,  # addresses of pages hold names and numbers that are searched for
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))

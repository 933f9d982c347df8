"""The command that runs everything on one machine."""

from dataclasses import replace

import click

from lead_pipeline.cli.terminal import echo
from lead_pipeline.log_format import line
from lead_pipeline.settings import LOG_FORMATS, LogFormat, load_settings


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3000,
    show_default=True,
    help="Port of the Dagster UI.",
)
@click.option(
    "--page-port",
    type=click.IntRange(0, 65535),
    default=3080,
    show_default=True,
    help="Port of the page and its API.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address on which the page listens; another needs a token.",
)
@click.option(
    "--log-format",
    type=click.Choice(LOG_FORMATS),
    help="How logs are written; else as LEADS_LOG_FORMAT says.",
)
@click.option("--demo", is_flag=True, help="Also drop sample files, to see the pipeline work.")
def up(port: int, page_port: int, host: str, log_format: LogFormat | None, demo: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    That is the database (unless LEADS_DATABASE_URL names one), the bucket, the page with its API,
    Dagster's UI and its daemon. All is kept in LEADS_HOME, and the next `up` goes on where this one
    was. Dagster's UI listens on this machine only, whatever --host says.
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.stack.demo import drop_demo_files
    from lead_pipeline.stack.ports import Ports
    from lead_pipeline.stack.up import running

    settings = load_settings()
    if log_format:
        settings = replace(settings, log_format=log_format)
    say = _say_json if settings.log_format == "json" else echo
    with running(settings, Ports(port, page_port, host), say) as stack:
        bucket = open_bucket(settings.bucket_url)
        if demo:
            for key in drop_demo_files(bucket):
                say(f"dropped {key}")
        say(
            f"\n  page         {stack.ports.page_url}\n"
            f"  API          {stack.ports.page_url}/api\n"
            f"  Dagster UI   {stack.ports.dagster_url}\n"
            f"  bucket       {bucket.url}\n"
            f"  logs         {settings.home / 'logs'}\n"
            f"  Dagster CLI  export DAGSTER_HOME={settings.dagster_home}\n\n"
            "Upload files on the page, drop them into the bucket, or use `lead-pipeline drop`.\n"
            "Ctrl-C stops it all."
        )
        try:
            stack.watch()
        except KeyboardInterrupt:
            say("")


def _say_json(text: str) -> None:
    if text:
        echo(line("info", "lead_pipeline.up", text.strip()))

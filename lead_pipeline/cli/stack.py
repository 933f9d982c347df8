"""The command that runs everything on one machine."""

import click

from lead_pipeline.settings import load_settings


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3000,
    show_default=True,
    help="Port of the Dagster UI.",
)
@click.option(
    "--api-port",
    type=click.IntRange(0, 65535),
    default=3080,
    show_default=True,
    help="Port of the API.",
)
@click.option("--demo", is_flag=True, help="Also drop sample files, to see the pipeline work.")
def up(port: int, api_port: int, demo: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    That is the database (unless LEADS_DATABASE_URL names one), the bucket, Dagster's UI and its
    daemon, and the API. All is kept in LEADS_HOME, and the next `up` goes on where this one was.
    """
    from lead_pipeline.bucket import open_bucket
    from lead_pipeline.stack.demo import drop_demo_files
    from lead_pipeline.stack.up import running

    settings = load_settings()
    with running(settings, port, api_port, click.echo) as stack:
        bucket = open_bucket(settings.bucket_url)
        if demo:
            for key in drop_demo_files(bucket):
                click.echo(f"dropped {key}")
        click.echo(
            f"\n  Dagster UI   {stack.url}\n"
            f"  API          {stack.api_url}\n"
            f"  bucket       {bucket.url}\n"
            f"  logs         {settings.home / 'logs'}\n"
            f"  Dagster CLI  export DAGSTER_HOME={settings.dagster_home}\n\n"
            "Drop files into the bucket, or use `lead-pipeline drop FILE`. Ctrl-C stops it all."
        )
        try:
            stack.watch()
        except KeyboardInterrupt:
            click.echo()

"""Dagster's daemon without its pauses, for a dagster.yaml with our launcher.

`python -m lead_pipeline.stack.daemon -w workspace.yaml`, in the place of `dagster-daemon run`. The
daemons themselves are in prompt.py; here is the program, which begins to warm up beside its start,
so that the first run after it starts as fast as any.
"""

import click
from dagster_shared.cli import WorkspaceOpts, workspace_options

from lead_pipeline import log_format
from lead_pipeline.settings import load_settings
from lead_pipeline.settings.home import keep_private
from lead_pipeline.stack.warm import warm_process


@click.command()
@workspace_options
def main(**options: object) -> None:
    """Run the daemons of the instance in DAGSTER_HOME until SIGTERM or SIGINT."""
    keep_private()
    log_format.use(load_settings().log_format)
    warm_process().start()
    # After it: this takes seconds.
    from dagster._cli.workspace.cli_target import workspace_opts_to_load_target
    from dagster._core.instance import DagsterInstance
    from dagster._daemon.controller import daemon_controller_from_instance
    from dagster._utils.interrupts import capture_interrupts

    from lead_pipeline.stack.prompt import prompt_daemons

    target = workspace_opts_to_load_target(WorkspaceOpts.extract_from_cli_options(options))
    try:
        with (
            capture_interrupts(),
            DagsterInstance.get() as instance,
            daemon_controller_from_instance(instance, target, gen_daemons=prompt_daemons) as loop,
        ):
            loop.check_daemon_loop()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()

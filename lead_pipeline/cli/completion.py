"""The command that prints what makes a shell complete commands and options."""

import click

from lead_pipeline.cli.terminal import echo


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what lets SHELL complete commands and options.

    \b
    bash, in ~/.bashrc:   eval "$(lead-pipeline completion bash)"
    zsh, in ~/.zshrc:     eval "$(lead-pipeline completion zsh)"
    fish:                 lead-pipeline completion fish | source
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click has these three
    root = context.find_root().command
    echo(found(root, {}, "lead-pipeline", "_LEAD_PIPELINE_COMPLETE").source())

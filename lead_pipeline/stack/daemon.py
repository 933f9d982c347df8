"""Dagster's daemon, for a dagster.yaml with our launcher: `python -m lead_pipeline.stack.daemon`.

It takes the arguments of `dagster-daemon`, and begins to warm up first, beside its own start, so
that the first run after it starts as fast as any.
"""

from lead_pipeline.stack.warm import warm_process


def main() -> None:
    """The program."""
    warm_process().start()
    from dagster._daemon.cli import main as dagster_daemon  # after it: this takes seconds

    dagster_daemon()


if __name__ == "__main__":
    main()

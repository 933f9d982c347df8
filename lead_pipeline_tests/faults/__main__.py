"""`python -m lead_pipeline_tests.faults --minutes 60 [--seed 7]`: the long run."""

import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lead_pipeline_tests.faults.running import Tally, run_rounds, run_statements


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1, 24 * 60), default=5.0, show_default=True,
              help="How long, half of it for statements and half for whole stacks.")  # fmt: skip
@click.option("--seed", type=int, help="Of a run that is to be had again.")
def main(minutes: float, seed: int | None) -> None:
    """Break things for so long, and print what was broken and what was found."""
    seed = random.randrange(1 << 32) if seed is None else seed
    dice, tally = random.Random(seed), Tally()
    click.echo(f"seed {seed}")
    begun = time.monotonic()
    with TemporaryDirectory(prefix="faults-") as folder:
        for at, part in enumerate((run_statements, run_rounds), 1):
            place = Path(folder, str(at))
            place.mkdir()
            until = begun + minutes * 30 * at

            def over(_: Tally, until: float = until) -> bool:
                return time.monotonic() > until

            if part is run_rounds:
                run_rounds(place, dice, over, tally, click.echo)
            else:
                run_statements(place, dice, over, tally)
            click.echo(tally.table())
    sys.exit(1 if tally.findings else 0)


if __name__ == "__main__":
    main()

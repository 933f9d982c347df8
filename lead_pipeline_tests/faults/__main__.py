"""`python -m lead_pipeline_tests.faults --minutes 60 [--seed 7] [--json]`: the long run."""

import json
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lead_pipeline_tests.faults.running import break_stacks, break_statements, on_every_core
from lead_pipeline_tests.faults.tally import Bound, Tally


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1, 24 * 60), default=5.0, show_default=True,
              help="How long, half of it for statements and half for whole stacks.")  # fmt: skip
@click.option("--seed", type=int, help="Of a run that is to be had again.")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def main(minutes: float, seed: int | None, as_json: bool) -> None:
    """Break things for so long on every core, and print what was broken and what was found."""
    seed = random.randrange(1 << 32) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    begun, tally = time.monotonic(), Tally()
    with TemporaryDirectory(prefix="faults-") as folder:
        for at, part in enumerate((break_statements, break_stacks), 1):
            bound = Bound(until=begun + minutes * 30 * at)
            tally += on_every_core(part, Path(folder, str(at)), seed, bound)
            if not as_json:
                click.echo(f"{tally.table()}\n")
    if as_json:
        click.echo(json.dumps({"seed": seed, **tally.data()}))
    sys.exit(1 if tally.findings else 0)


if __name__ == "__main__":
    main()

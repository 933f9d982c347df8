"""A week at a vendor, with faults and kills at random: the same seed is the same week.

Whatever happens in it, in the end every record of the vendor is in the inbox once, and every one
that is imported lies in the bucket once.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

from lead_pipeline import ledger
from lead_pipeline.connectors.inbox import Kept
from lead_pipeline.connectors.model import Json, Page, Part, Source, Window
from lead_pipeline.connectors.pull import pull
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.vendor import Killed, KillingBucket
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.vendors.faults import (
    answers,
    html,
    reset,
    too_many,
    truncated,
    unavailable,
)
from lead_pipeline_tests.vendors.server import Action, Vendors

SEEDS = range(int(os.environ.get("WEEKS", "20")))
"""The weeks that a test lives through: `WEEKS=200` takes some minutes for each vendor."""
_PULLS = 7  # of a week
_FAULTS: Sequence[Callable[[], Action]] = (
    lambda: too_many(30), too_many, lambda: too_many(1_200), unavailable, reset, truncated, html,
    lambda: answers(False),
)  # fmt: skip


class Simulated(Protocol):
    """A vendor in a week: `route` is where faults are planted, `faults` are its own besides."""

    @property
    def route(self) -> str: ...
    @property
    def faults(self) -> Sequence[Callable[[], Action]]: ...

    def client(self) -> Source:
        """A new client, as each pull has one."""

    def happen(self, rng: Random) -> None:
        """What comes in before the next pull: records on time and late, or none."""

    def key(self, line: Json) -> str:
        """The external id in a line that was delivered."""

    def imported(self) -> Collection[str]:
        """The ids of all that is to be imported."""

    def others(self) -> Collection[str]:
        """The ids of all that is kept only."""


@dataclass
class Mortal:
    """A source at whose `page`-th page the process dies: before it is kept."""

    source: Source
    page: int

    def __post_init__(self) -> None:
        self.name, self.title = self.source.name, self.source.title
        self.profile, self.import_source = self.source.profile, self.source.import_source

    def parts(self) -> Iterator[Part]:
        return self.source.parts()

    def pages(self, part: Part, cursor: Json | None, asked: Window | None) -> Iterator[Page]:
        for page in self.source.pages(part, cursor, asked):
            self.page -= 1
            if self.page == 0:
                raise Killed
            yield page

    def check(self) -> Iterator[str]:
        return self.source.check()


def live_through_all(
    site: Site, vendors: Vendors, vendor: Callable[[Vendors], Simulated], seeds: Collection[int]
) -> None:
    """A week with each of these seeds, every time from the beginning, and proved."""
    for seed in seeds:
        vendors.clear()
        begin_anew(site)
        week = vendor(vendors)
        try:
            prove(live_through(site, vendors, week, seed), week)
        except AssertionError as error:
            error.add_note(f"in the week with the seed {seed}")
            raise


def live_through(site: Site, vendors: Vendors, vendor: Simulated, seed: int) -> Site:
    """A week with this seed, until all is quiet again and was read; the site it was lived on."""
    rng = Random(seed)
    bucket = KillingBucket(Path(site.settings.bucket_url))
    mortal = Site(site.settings, bucket)
    pull(mortal, vendor.client(), clock=vendors.clock)
    for _ in range(_PULLS):
        vendors.time.advance(minutes=rng.randrange(15, 48 * 60))
        vendor.happen(rng)
        if rng.random() < 0.6:
            fault = rng.choice([*_FAULTS, *vendor.faults])
            vendors.fault(vendor.route, fault(), rng.randint(1, 4), rng.choice([1, 2, 5, 20]))
        bucket.dies = rng.choice([None, None, None, "before", "after"])
        _pull(mortal, vendors, vendor, rng)
        vendors.forgive()
    bucket.dies = None
    for _ in range(2):  # by then all that is late was seen, and read over by night
        vendors.time.advance(hours=25)
        assert pull(mortal, vendor.client(), clock=vendors.clock).status == "done"
    return mortal


def _pull(site: Site, vendors: Vendors, vendor: Simulated, rng: Random) -> None:
    """A pull that may die before a page is kept or after it, or never."""
    dies_at, before = rng.choice([0, 0, 1, 2, 3, 5]), rng.random() < 0.5
    seen = 0

    def after(part: Part, kept: Kept) -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at and not before:
            raise Killed

    source = Mortal(vendor.client(), dies_at if before else 0)
    try:
        pull(site, source, clock=vendors.clock, on_page=after)
    except Killed:
        return


def prove(site: Site, vendor: Simulated) -> None:
    """That each record is kept once, and delivered once if it is imported."""
    kept = Counter(row["external_id"] for row in rows(site, "SELECT * FROM connector_inbox"))
    assert kept == Counter([*vendor.imported(), *vendor.others()])
    assert Counter(map(vendor.key, _delivered(site))) == Counter(vendor.imported())


def _delivered(site: Site) -> list[Json]:
    folder = Path(site.settings.bucket_url)
    texts = [(folder / key).read_text(encoding="utf-8") for key in sorted(site.bucket.keys())]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def import_all(site: Site) -> None:
    """Everything that was delivered goes all the way, in the order of their rows."""
    with connect(site.settings.database_url, autocommit=True) as session:
        waiting = ledger.open_imports(session, 1000)
    for import_ in sorted(waiting, key=lambda one: one.import_id):
        run_steps(site, import_)


def begin_anew(site: Site) -> None:
    """Nothing was ever pulled."""
    with connect(site.settings.database_url) as session:
        for table in ("inbox", "deliveries", "cursors", "pulls"):
            session.execute(f"DELETE FROM connector_{table}")
    for key in list(site.bucket.keys()):
        (Path(site.settings.bucket_url) / key).unlink()

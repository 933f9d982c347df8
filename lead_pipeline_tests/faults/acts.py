"""What is broken in the middle: each step of an import, undo, a do-not-call list, an opt-out.

Every act begins in the same small world: some leads of two suppliers, a list of those who must not
be called, and one import that is as far as the act needs it. It can be run again, as whatever runs
it does when it was cut off.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports import steps
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import
from lead_pipeline.matching.look_back import load_and_look_back
from lead_pipeline.settings import Settings
from lead_pipeline.suppression.load import Order, load_list
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.people import Person, a_list, day, register
from lead_pipeline_tests.integration.steps import STEPS, run_steps

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)}
BO: Person = {"name": "Bo Ek", "phone": "202-555-0102", "at": day(2), "id": "x-2"}
CY: Person = {"name": "Cy Dow", "mail": "cy@example.com", "phone": "202-555-0103", "at": day(3)}
DEE: Person = {"name": "Dee Fox", "mail": "dee@example.com", "phone": "202-555-0104", "at": day(4)}
NOBODY: Person = {"name": "Nobody At All"}
# Somebody new, somebody known, a bridge between two known ones, one of a list, the same twice, and
# one who cannot be reached.
ARRIVING = [
    {"name": "Eve Gray", "mail": "eve@example.com", "at": day(5)},
    ANN | {"city": "Reno", "at": day(6)},
    {"name": "Bo Ek", "mail": "cy@example.com", "phone": "202-555-0102", "at": day(7)},
    {"name": "Flo Hart", "phone": "202-555-0199", "at": day(8)},
    {"name": "Eve Gray", "mail": "eve@example.com", "phone": "202-555-0105", "at": day(9)},
    NOBODY,
]
LISTED = "2025550199\n"
LATER_LISTED = "2025550101\n2025550103\n"


@dataclass(frozen=True, slots=True)
class Act:
    """What is done to the import, which has taken its first `done` steps."""

    name: str
    done: int
    do: Callable[[Site, Import], object]


def site_of(settings: Settings) -> Site:
    bucket = FolderBucket(Path(settings.bucket_url), quiet_seconds=0, clock=lambda: 0.0)
    return Site(settings, bucket)


def begin_world(site: Site) -> Import:
    """The leads that are there before, and the import that every act is about, just entered."""
    listed = site.settings.home / "national.csv"
    listed.write_text(LISTED)
    (site.settings.home / "later.csv").write_text(LATER_LISTED)
    with connect(site.settings.database_url, autocommit=True) as session:
        load_list(session, listed, Order("national", kind="national"), "US")
    for key, people in (("Acme/old.csv", [ANN, BO, NOBODY]), ("Best/old.csv", [CY, DEE])):
        run_steps(site, register(site, key, a_list(*people)))
    return register(site, "Acme/new.csv", a_list(*ARRIVING))


def _step(step: Callable[[Site, str], Import]) -> Callable[[Site, Import], object]:
    return lambda site, import_: step(site, import_.partition_key or "")


def _undo(site: Site, import_: Import) -> None:
    with suppress(OperatorError):  # it was undone already, and its answer lost
        undo_import(site, import_.import_id)


def _load(site: Site, _: Import) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        path = site.settings.home / "later.csv"
        load_and_look_back(session, path, Order("later", kind="national"), "US")


def _opt_out(site: Site, _: Import) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["202-555-0104", "eve@example.com"], "asked", site.settings)


ACTS = [
    Act("load", 0, _step(steps.load_raw_leads)),
    Act("normalize", 1, _step(steps.normalize_leads)),
    Act("archive", 2, _step(steps.archive_leads)),
    Act("truncate", 3, _step(steps.truncate_staging)),
    Act("undo", 4, _undo),
    Act("dnc load", 4, _load),
    Act("opt-out", 4, _opt_out),
]


def go_on(site: Site, import_: Import, act: Act) -> None:
    """What happens afterwards: the act once more, and the steps that are left."""
    act.do(site, import_)
    if act.done < len(STEPS):
        run_steps(site, import_, STEPS[act.done :])

"""Eight imports at once that share people, with and without a worker that is killed on the way."""

import multiprocessing
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.settings import Settings
from lead_pipeline_tests.integration.dagster_run import state
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state, start_afresh
from lead_pipeline_tests.integration.people import Person, a_list, day, register, told
from lead_pipeline_tests.integration.steps import run_steps, tables
from lead_pipeline_tests.integration.test_matching_order import ARRIVED

FILES, PEOPLE = 8, 40
SHARED, POOL = 12, 18  # 30 % of each file are people whom other files have too
AREAS = ["202", "212", "303", "404", "415", "512", "617", "702", "808"]
ROUNDS = 20
SOURCES = ["Acme", "Harbor", "Summit"]
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__, "lead_pipeline.imports.steps"])


def person(number: int, dice: random.Random) -> Person:
    """Somebody as one file knows them: by mail, by phone or by both, at some time."""
    mail = {"mail": f"p{number}@example.com"}
    phone = {"phone": f"{AREAS[number // 100]}-555-01{number % 100:02}"}
    known = dice.choice([mail, phone, mail | phone, mail | phone])
    return known | {"name": "Ann Lee", "at": dice.choice(["", day(dice.randint(1, 9))])}


def eight_files() -> list[bytes]:
    dice = random.Random(8)
    files = []
    for file in range(FILES):
        own = range(100 * (file + 1), 100 * (file + 1) + PEOPLE - SHARED)
        people = [*own, *dice.sample(range(POOL), SHARED)]
        files.append(a_list(*(person(number, dice) for number in people)))
    return files


CONTENT = eight_files()


def registered(site: Site) -> list[Import]:
    start_afresh(site)
    return [
        register(
            site,
            f"{SOURCES[n % len(SOURCES)]}/{n}.csv",
            content,
            refresh=n == FILES - 1,
            arrived=ARRIVED + timedelta(minutes=n),
        )
        for n, content in enumerate(CONTENT)
    ]


def work(settings: Settings, import_: Import, pause: float) -> None:
    """What a worker does, as a process of its own; a deadlock would end it with a failure."""
    time.sleep(pause)
    run_steps(Site(settings, FolderBucket(Path(settings.bucket_url), quiet_seconds=0)), import_)


def started(site: Site, import_: Import, pause: float = 0) -> ForkServerProcess:
    process = _PROCESSES.Process(target=work, args=(site.settings, import_, pause))
    process.start()
    return process


@pytest.mark.timeout(900)  # 160 imports; a busy machine takes its time
def test_twenty_times_eight_imports_at_once_come_to_what_one_by_one_comes_to(site: Site) -> None:
    for import_ in registered(site):
        run_steps(site, import_)
    expected = lead_state(site)
    assert broken_laws(site) == {}
    assert all(expected[what] for what in ("history", "conflicts", "duplicates"))
    took, killed = 1.0, 0
    for number in range(ROUNDS):
        dice = random.Random(number)
        imports = registered(site)
        begun = time.monotonic()
        workers = [started(site, one, dice.uniform(0, 0.1)) for one in imports]
        if number % 2:
            time.sleep(dice.uniform(0, took))  # as long as a round without a kill needs
            victim = dice.randrange(FILES)
            workers[victim].kill()
            workers[victim].join()
            killed += workers[victim].exitcode != 0
            workers[victim] = started(site, imports[victim])
        for worker in workers:
            worker.join()
        if number % 2 == 0:
            took = time.monotonic() - begun
        assert [worker.exitcode for worker in workers] == [0] * FILES
        assert {state(site, one).status for one in imports} == {Status.COMPLETED}
        assert lead_state(site) == expected
        assert broken_laws(site) == {}
        assert tables(site, "staging") == []
    assert killed > 0
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert told(site, deadlocks) == [(0,)]


def test_undoing_and_importing_at_once_come_to_what_one_by_one_comes_to(site: Site) -> None:
    imports = registered(site)
    for import_ in imports[2:]:
        run_steps(site, import_)
    expected = lead_state(site)
    for number in range(ROUNDS // 4):
        imports = registered(site)
        for import_ in imports[:4]:
            run_steps(site, import_)
        random.Random(number).shuffle(rest := imports[4:])
        with ThreadPoolExecutor(FILES) as pool:
            running = [pool.submit(run_steps, site, one) for one in rest]
            undoing = [pool.submit(undo_import, site, one.import_id) for one in imports[:2]]
        assert {one.result().status for one in running} == {Status.COMPLETED}
        assert [len(one.result()) for one in undoing] == [1, 1]
        assert lead_state(site) == expected
        assert broken_laws(site) == {}

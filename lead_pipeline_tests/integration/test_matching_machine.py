"""Any sequence of what may happen to imports keeps the laws, and leaves what it should leave.

Dropped, dropped again, run in any order, refreshed, mended, undone, opted out: in the end the state
is that of a fresh database which only ever saw what is not undone.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lead_pipeline.database import connect, run
from lead_pipeline.imports.rejected_rows import error_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.dagster_run import drop, state
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state
from lead_pipeline_tests.integration.people import PLAIN, Person, a_list, register
from lead_pipeline_tests.integration.steps import dump, run_steps
from lead_pipeline_tests.integration.test_matching_order import ARRIVED, PEOPLE, SUPPLIERS, begin
from lead_pipeline_tests.making import csv_file

SUPPLIER, SELDOM = st.sampled_from(SUPPLIERS), st.sampled_from([False, False, True])
MANY = st.lists(PEOPLE, min_size=1, max_size=3)
MAILS = st.sampled_from(["m0@example.com", "m3@example.com", "mended@example.com"])
CHANNELS = st.sampled_from(["m0@example.com", "m1@example.com", "202-555-0110", "202-555-0112"])


@dataclass(frozen=True)
class File:
    """A file that came as the `at`th one; `mends` is the file whose rejected rows it holds."""

    at: int
    key: str
    content: bytes = field(repr=False)
    refresh: bool = False
    mends: "File | None" = None


class Imports(RuleBasedStateMachine):
    """What may happen to imports; `happened` is what counts in the end, in its order."""

    site: ClassVar[Site]

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.waiting: dict[File, Import] = {}
        self.done: dict[File, Import] = {}
        self.happened: list[File | str] = []
        begin(self.site)

    @rule(supplier=SUPPLIER, people=MANY, refresh=SELDOM)
    def drop(self, supplier: str, people: list[Person], refresh: bool) -> None:
        key = f"{supplier}/{self.count}.csv"
        self._enter(File(self.count, key, self._list(people), refresh))

    @precondition(lambda self: self.done)
    @rule(data=st.data(), people=MANY)
    def drop_a_new_version(self, data: st.DataObject, people: list[Person]) -> None:
        file = _pick(data, self.done)
        if file.key not in {one.key for one in self.waiting}:  # whose bytes it would replace
            self._enter(File(self.count, file.key, self._list(people)))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def drop_the_same_bytes_elsewhere(self, data: st.DataObject) -> None:
        file = _pick(data, self.done)
        again = drop(self.site, f"Else/{self.count}.csv", file.content)
        self.count += 1
        twin = self.done[file].import_id
        assert (again.status, again.duplicate_of) == (Status.DUPLICATE, twin)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def run(self, data: st.DataObject) -> None:
        file = _pick(data, self.waiting)
        self.done[file] = run_steps(self.site, self.waiting.pop(file))
        assert self.done[file].status is Status.COMPLETED
        self.happened.append(file)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def run_once_more(self, data: st.DataObject) -> None:
        before = dump(self.site)
        run_steps(self.site, self.done[_pick(data, self.done)])
        assert dump(self.site) == before

    @precondition(lambda self: self.done)
    @rule(data=st.data(), mail=MAILS)
    def mend(self, data: st.DataObject, mail: str) -> None:
        file = _pick(data, self.done)
        content = None if file.mends else _mended(self.site, self.done[file], mail)
        if content and content not in (f.content for f in [*self.waiting, *self.done]):
            key = f"{file.key.split('/')[0]}/{self.count}-mended.csv"
            self._enter(File(self.count, key, content, mends=file))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        import_ = self.done[_pick(data, self.done)]
        undone = {one.import_id for one in undo_import(self.site, import_.import_id)}
        entered = self.done | self.waiting
        gone = {file for file, one in entered.items() if one.import_id in undone}
        assert len(gone) == len(undone)
        assert all(state(self.site, entered[file]).status is Status.UNDONE for file in gone)
        self.done = {f: one for f, one in self.done.items() if f not in gone}
        self.waiting = {f: one for f, one in self.waiting.items() if f not in gone}
        self.happened = [one for one in self.happened if one not in gone]

    @rule(channel=CHANNELS)
    def opt_out(self, channel: str) -> None:
        _opt_out(self.site, channel)
        self.happened.append(channel)

    @invariant()
    def the_laws_hold(self) -> None:
        assert broken_laws(self.site) == {}

    def teardown(self) -> None:
        there = lead_state(self.site)
        assert there == _state_after(self.site, self.happened)

    def _list(self, people: list[Person]) -> bytes:
        """A file that is like no other, for its last row, which is of nobody."""
        return a_list(*people, {"city": f"file {self.count}"})

    def _enter(self, file: File) -> None:
        mends = self.done[file.mends].import_id if file.mends else None
        self.waiting[file] = _register(self.site, file, mends)
        self.count += 1


def _pick(data: st.DataObject, files: Collection[File]) -> File:
    """One of the files; drawn by its number, which reads well in a failing example."""
    return [*files][data.draw(st.integers(0, len(files) - 1))]


def _register(site: Site, file: File, mends: int | None) -> Import:
    # Mended rows count as of the time of the file that they were in.
    arrived = None if mends else ARRIVED + timedelta(minutes=file.at)
    return register(
        site, file.key, file.content, refresh=file.refresh, retry_of=mends, arrived=arrived
    )


def _put(site: Site, file: File) -> None:
    path = site.settings.home / "dropped"
    path.write_bytes(file.content)
    site.bucket.put(path, file.key)


def _opt_out(site: Site, channel: str) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, [channel], None, site.settings)


def _mended(site: Site, import_: Import, mail: str) -> bytes | None:
    """The rejected rows of an import that still wait, with a mail for each; None without any."""
    with connect(site.settings.database_url) as session:
        number = {"import_id": import_.import_id}
        waiting = [
            row["row_number"] for row in run(session, "imports/select_rejected_rows", number)
        ]
        header, rejected = error_rows(site, session, import_)
        rows = [[str(c or "") for c in row] for row in rejected if row[len(PLAIN)] in waiting]
    for row in rows:
        row[header.index(PLAIN["mail"])] = mail
    return csv_file(header, rows) if rows else None


def _state_after(site: Site, happened: list[File | str]) -> object:
    """What a fresh database comes to; without opt-outs in the order of the files' arrival."""
    begin(site)
    entered: dict[File, Import] = {}
    files = sorted((one for one in happened if isinstance(one, File)), key=lambda file: file.at)
    for file in files:
        mends = entered[file.mends].import_id if file.mends else None
        entered[file] = _register(site, file, mends)
    for one in happened if len(files) < len(happened) else files:
        if isinstance(one, File):
            _put(site, one)  # in the place of a newer version
            run_steps(site, entered[one])
        else:
            _opt_out(site, one)
    return lead_state(site)


def test_any_sequence_of_events_keeps_the_laws(site: Site) -> None:
    few = settings(max_examples=15, stateful_step_count=12)
    Imports.site = site
    run_state_machine_as_test(Imports, settings=few)

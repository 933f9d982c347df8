"""The four steps of an import as plain functions: load, normalize, archive, truncate.

Each holds the import's lock, does its work in one transaction, and gives the same end state however
often it runs. Dagster is not known here.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.bucket.names import archive_table_name
from lead_pipeline.choices.reading import Choices, choices_of_import
from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import NotReady
from lead_pipeline.imports.deciding import decide_import
from lead_pipeline.imports.ends import note_outage, settle
from lead_pipeline.imports.fill import normalize_staged, stage_file
from lead_pipeline.imports.plans import plan_of
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.size import check_size, require_room
from lead_pipeline.ledger import Import, Staging, Status
from lead_pipeline.ledger.holding import reasons_to_hold
from lead_pipeline.ledger.progress import Meter, Step, at_work
from lead_pipeline.ledger.sums import Sums, prove_sums, require_outcomes
from lead_pipeline.matching.undo import require_original
from lead_pipeline.reading import OpenedFile, open_lead_file
from lead_pipeline.reading.formulas import Rearmed
from lead_pipeline.suppliers.suppliers import review_of

# Of these no later step has anything to do.
_NEVER_LOADED = {Status.DUPLICATE, Status.REJECTED}
_NOT_DECIDED = {*_NEVER_LOADED, Status.HELD}


def load_raw_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 1: the object's rows, untouched, into this import's part of `leads`.

    Returns the import as the ledger has it now; `left_out` tells whether it ended here: the file
    cannot be imported, holds the bytes of an earlier one, or its version is gone from the bucket.
    An import that is archived already, a duplicate, or one that was taken back, is left alone; so
    is one that a person has confirmed, for what they saw is what is to come of it.

    Raises:
        OperatorError: it cannot be read as settled, and the ledger has it as failed.
        OutsideTrouble: the bucket or the database is unwell; try again.
    """

    def load(session: Connection, import_: Import, meter: Meter) -> None:
        if import_.archived_at or import_.is_confirmed or import_.status is Status.DUPLICATE:
            return
        choices = choices_of_import(session, import_)
        with _fetched(site, session, import_, choices) as file:
            if file is not None:
                with session.transaction():
                    stage_file(session, import_, file, choices, site.settings, meter)

    return _step(site, partition, run_id, Step.LOADING, load)


def normalize_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 2: staged rows into the normalized table, under its temporary name.

    Where a person is to look first (see ledger/holding.py), the import is held from then on, and
    the steps after it leave it alone until it is confirmed.

    Raises:
        NotReady: staging does not hold the rows; `raw_leads` comes first.
        OperatorError: the rules in tags.toml are wrong; the ledger has the import as failed.
        OutsideTrouble: the database is unwell; try again.
    """

    def normalize(session: Connection, import_: Import, meter: Meter) -> None:
        if import_.archived_at or import_.is_confirmed or import_.status in _NEVER_LOADED:
            return
        if not import_.loaded_at or import_.status is Status.FAILED:
            raise NotReady("the raw rows are not loaded: materialize raw_leads first")
        with connect(site.settings.database_url) as reader, session.transaction():
            plan = plan_of(import_, site.settings)
            normalize_staged(reader, session, import_, plan, site.settings, meter)
            _hold_back(site, session, import_.import_id)

    return _step(site, partition, run_id, Step.NORMALIZING, normalize)


def _hold_back(site: Site, session: Connection, import_id: int) -> None:
    import_ = ledger.get(session, import_id)
    asked = run(session, "imports/select_hold", {"object_key": import_.object_key}).fetchone()
    agreed = review_of(session, import_.supplier) or site.settings.review
    review = "always" if asked and asked["hold"] else agreed
    if reasons := reasons_to_hold(import_, review):
        ledger.hold_back(session, import_id, reasons)


def check_sums(site: Site, partition: str) -> Sums | None:
    """Count the law of sums for a normalized import; None when its staging is gone."""
    with connect(site.settings.database_url) as session:
        import_ = ledger.import_of_partition(session, partition)
        if import_.status not in (Status.NORMALIZED, Status.HELD):
            return None
        return prove_sums(session, import_)


def archive_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 3: the one transaction that decides; from its commit on the import counts.

    Raises:
        NotReady: the rows are not normalized; `normalized_leads` comes first.
        BrokenSum: a row or a contact is missing or counted twice; nothing is archived.
        OutsideTrouble: the database is unwell; try again.
    """

    def archive(session: Connection, import_: Import, _meter: Meter) -> None:
        if import_.archived_at or import_.status in _NOT_DECIDED:
            return
        if not import_.normalized_at or import_.status is Status.FAILED:
            raise NotReady("the rows are not normalized: materialize normalized_leads first")
        require_room(site.settings)
        with session.transaction():
            _decide(site, session, import_)

    return _step(site, partition, run_id, Step.ARCHIVING, archive)


def _decide(site: Site, session: Connection, import_: Import) -> None:
    name = archive_table_name(import_.partition_key or "")
    staging = Staging(import_.import_id)
    prove_sums(session, import_).require()
    proven = import_
    import_, counts = decide_import(session, import_, plan_of(import_, site.settings))
    if import_ != proven:
        prove_sums(session, import_).require()
    require_outcomes(import_, counts)
    if import_.retry_of is not None:
        mended = {"retry_of": import_.retry_of}
        run(session, "imports/tick_off_retried", mended, staging.identifiers)
    tables = {
        "moved": sql.Identifier("archive", f"normalized_{import_.import_id}"),
        "archived": sql.Identifier(name),
    }
    run(session, "imports/archive_normalized", None, staging.identifiers | tables)
    run(session, "imports/archive_side_tables", None, staging.identifiers)
    facts = {"import_id": import_.import_id, "archive_table": name, **counts}
    run(session, "imports/mark_archived", facts)


def truncate_staging(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 4: empty this import's part of `leads`, once the archive holds its contacts.

    Raises:
        NotReady: nothing is archived, or the archive holds another number of contacts.
        OutsideTrouble: the database is unwell; try again.
    """

    def truncate(session: Connection, import_: Import, _meter: Meter) -> None:
        if import_.status in _NOT_DECIDED:
            return
        if not import_.archived_at or not import_.archive_table:
            raise NotReady("nothing is archived: materialize archived_leads first")
        with session.transaction():
            counted = run(
                session,
                "imports/count_archive",
                None,
                {"archived": sql.Identifier("archive", import_.archive_table)},
            ).fetchone()
            if counted is None or counted["contacts"] != import_.contacts_callable:
                raise NotReady(
                    f"archive.{import_.archive_table} holds {counted} and the ledger says "
                    f"{import_.contacts_callable} contacts: staging stays as it is"
                )
            run(session, "ledger/drop_staging", None, Staging(import_.import_id).identifiers)
            run(session, "imports/mark_completed", {"import_id": import_.import_id})

    return _step(site, partition, run_id, Step.EMPTYING, truncate)


def _step(
    site: Site,
    partition: str,
    run_id: str | None,
    step: Step,
    work: Callable[[Connection, Import, Meter], None],
) -> Import:
    """The import after `work`, done by a session that owns it, on the import as it then stands.

    What ends an import in an ordinary way (see ends.py) is no error: the import tells it.
    """
    with connect(site.settings.database_url, autocommit=True) as session:
        import_id = ledger.import_of_partition(session, partition).import_id
        url = site.settings.database_url
        with ledger.hold(session, import_id), at_work(session, url, import_id, step) as meter:
            run(session, "imports/mark_started", {"import_id": import_id, "run_id": run_id})
            try:
                import_ = ledger.get(session, import_id)
                require_original(session, import_)
                if import_.status is not Status.UNDONE:
                    work(session, import_, meter)
            except Exception as error:
                if session.broken:
                    note_outage(url, import_id, error)
                    raise
                if not settle(session, import_id, error):
                    raise
            return ledger.get(session, import_id)


@contextmanager
def _fetched(
    site: Site, session: Connection, import_: Import, choices: Choices
) -> Iterator[OpenedFile | None]:
    """The object as an opened local copy, or None if another import has the same bytes."""
    check_size(import_.bytes, site.settings)
    require_room(site.settings)
    folder = site.settings.scratch / f"import_{import_.import_id}"
    shutil.rmtree(folder, ignore_errors=True)  # what a killed worker left
    folder.mkdir(parents=True)
    try:
        copy = folder / "object"
        fetched = site.bucket.fetch(import_.object_key, import_.version_tag, copy)
        twin = ledger.claim_content(session, import_.import_id, fetched.sha256, fetched.size)
        if twin is not None:
            reason = f"the same bytes as import {twin}"
            ledger.end(session, import_.import_id, Status.DUPLICATE, "duplicate", reason, twin)
            yield None
            return
        options = choices.read_options(site.settings.max_unpacked_bytes, folder)
        with closing(open_lead_file(copy, import_.original_filename, options)) as file:
            yield file if import_.retry_of is None else Rearmed(file)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

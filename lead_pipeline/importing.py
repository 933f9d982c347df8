"""The four steps of an import as plain functions: load, normalize, archive, truncate.

Each holds the import's lock, does its work in one transaction, and gives the same end state however
often it runs. Dagster is not known here.
"""

import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket
from lead_pipeline.choices import Choices, Overrides, choices_for, corrections
from lead_pipeline.database import Connection, connect, copy_in, copy_out, run
from lead_pipeline.errors import BadFile, BrokenSum, NotReady, ObjectChanged, OutsideTrouble
from lead_pipeline.fields.catalogue import profiles
from lead_pipeline.fields.drift import compare
from lead_pipeline.fields.headers import header_signature
from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.fields.model import ColumnMatch, Mapping, Profile
from lead_pipeline.ledger import Import, Staging, Status, Sums
from lead_pipeline.naming import archive_table_name
from lead_pipeline.normalizing.dates import DateOrder
from lead_pipeline.normalizing.plan import Plan, normalized_columns
from lead_pipeline.normalizing.rows import normalize_rows
from lead_pipeline.normalizing.tags import load_rules
from lead_pipeline.reading import OpenedFile, RowBatch, open_lead_file
from lead_pipeline.settings import Settings
from lead_pipeline.staging import raw_cells, stage
from lead_pipeline.survey import Survey

_log = logging.getLogger(__name__)
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Site:
    """Where imports work: the settings, and the bucket they read from."""

    settings: Settings
    bucket: Bucket


def load_raw_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 1: the object's rows, untouched, into this import's part of `leads`.

    Returns the import as the ledger has it now; its status tells whether the file turned out to be
    a duplicate. An import that is archived already is left alone.

    Raises:
        BadFile: the file cannot be imported, and the ledger has it as rejected; or this version of
            it is gone from the bucket, and the ledger has it as failed.
        OutsideTrouble: the bucket or the database is unwell; try again.
    """
    with _holding(site, partition, run_id) as (session, import_):
        if import_.archived_at:
            return import_
        try:
            choices = choices_for(session, import_.object_key, import_.supplier)
            with _fetched(site, session, import_, choices) as file:
                if file is not None:
                    with session.transaction():
                        _stage_file(session, import_, file, choices)
                    with session.transaction():
                        run(session, "attach_staging", None, Staging(import_.import_id).identifiers)
        except BadFile as error:
            ledger.end(session, import_.import_id, Status.REJECTED, error.code, str(error))
            raise
        except ObjectChanged as error:
            # Another version is another import; this one starts again if it is ever listed again.
            ledger.end(session, import_.import_id, Status.FAILED, "object_gone", str(error))
            raise BadFile("object_gone", str(error)) from error
        return ledger.get(session, import_.import_id)


def normalize_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 2: staged rows into the normalized table, under its temporary name.

    Raises:
        NotReady: staging does not hold the rows; `raw_leads` comes first.
        OutsideTrouble: the database is unwell; try again.
    """
    with _holding(site, partition, run_id) as (session, import_):
        if import_.archived_at:
            return import_
        if not import_.loaded_at:
            raise NotReady("the raw rows are not loaded: materialize raw_leads first")
        with connect(site.settings.database_url) as reader, session.transaction():
            _normalize_staged(reader, session, import_, plan_of(import_, site.settings))
        return ledger.get(session, import_.import_id)


def check_sums(site: Site, partition: str) -> Sums | None:
    """Count the law of sums for an import in staging; None once its staging is gone."""
    with connect(site.settings.database_url) as session:
        import_ = ledger.import_of_partition(session, partition)
        if import_.archived_at or not import_.normalized_at:
            return None
        return ledger.prove_sums(session, import_)


def archive_leads(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 3: the one transaction that decides; from its commit on the import counts.

    Raises:
        NotReady: the rows are not normalized; `normalized_leads` comes first.
        BrokenSum: a row or a contact is missing or counted twice; nothing is archived.
        OutsideTrouble: the database is unwell; try again.
    """
    with _holding(site, partition, run_id) as (session, import_):
        if import_.archived_at:
            return import_
        if not import_.normalized_at:
            raise NotReady("the rows are not normalized: materialize normalized_leads first")
        name = archive_table_name(partition)
        staging = Staging(import_.import_id)
        with session.transaction():
            ledger.prove_sums(session, import_).require()
            run(
                session,
                "archive_normalized",
                None,
                staging.identifiers
                | {
                    "moved": sql.Identifier("archive", f"normalized_{import_.import_id}"),
                    "archived": sql.Identifier(name),
                },
            )
            run(session, "archive_side_tables", None, staging.identifiers)
            run(
                session,
                "mark_archived",
                {"import_id": import_.import_id, "archive_table": name},
            )
        return ledger.get(session, import_.import_id)


def truncate_staging(site: Site, partition: str, run_id: str | None = None) -> Import:
    """Step 4: empty this import's part of `leads`, once the archive holds its contacts.

    Raises:
        NotReady: nothing is archived, or the archive holds another number of contacts.
        OutsideTrouble: the database is unwell; try again.
    """
    with _holding(site, partition, run_id) as (session, import_):
        if not import_.archived_at or not import_.archive_table:
            raise NotReady("nothing is archived: materialize archived_leads first")
        with session.transaction():
            counted = run(
                session,
                "count_archive",
                None,
                {"archived": sql.Identifier("archive", import_.archive_table)},
            ).fetchone()
            if counted is None or counted["contacts"] != import_.contacts_new:
                raise NotReady(
                    f"archive.{import_.archive_table} holds {counted} and the ledger says "
                    f"{import_.contacts_new} contacts: staging stays as it is"
                )
            run(session, "drop_staging", None, Staging(import_.import_id).identifiers)
            run(session, "mark_completed", {"import_id": import_.import_id})
        return ledger.get(session, import_.import_id)


def plan_of(import_: Import, settings: Settings) -> Plan:
    """What the ledger noted at loading, as the plan of normalising."""
    return plan_for(profiles()[import_.profile or "generic"], import_.columns or [], settings)


def plan_for(profile: Profile, columns: Sequence[dict[str, Any]], settings: Settings) -> Plan:
    """The plan for a file whose `columns` were surveyed (survey.py)."""
    return Plan(
        profile=profile,
        mapped=frozenset(c["field"] for c in columns if c["field"]),
        region=settings.default_region,
        zone=settings.time_zone,
        orders={c["field"]: DateOrder(c["order"]) for c in columns if c.get("order")},
        rules=load_rules(settings.tag_rules),
    )


def check_size(size: int, settings: Settings) -> None:
    """
    Raises:
        BadFile: `too_large`, the file is over the limit.
    """
    if size > settings.max_file_bytes:
        raise BadFile(
            "too_large",
            f"the file has {size / 2**20:,.1f} MB and the limit is {settings.max_file_mb} MB: "
            "split it, or raise LEADS_MAX_FILE_MB",
        )


@contextmanager
def _holding(site: Site, partition: str, run_id: str | None) -> Iterator[tuple[Connection, Import]]:
    """A session that owns the import, and the import as it stands once it is owned."""
    with connect(site.settings.database_url, autocommit=True) as session:
        import_id = ledger.import_of_partition(session, partition).import_id
        with ledger.hold(session, import_id):
            run(session, "mark_started", {"import_id": import_id, "run_id": run_id})
            try:
                yield session, ledger.get(session, import_id)
            except OutsideTrouble as error:
                run(
                    session,
                    "note_error",
                    {"import_id": import_id, "code": "outside_trouble", "reason": str(error)},
                )
                raise
            except BrokenSum as error:
                # A fault of ours: the import stops, and its staging stays to be looked at.
                ledger.end(session, import_id, Status.FAILED, "broken_sum", str(error))
                raise


@contextmanager
def _fetched(
    site: Site, session: Connection, import_: Import, choices: Choices
) -> Iterator[OpenedFile | None]:
    """The object as an opened local copy, or None if another import has the same bytes."""
    check_size(import_.bytes, site.settings)
    folder = site.settings.home / "tmp" / f"import_{import_.import_id}"
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
        options = choices.read_options(site.settings.max_unpacked_bytes)
        with closing(open_lead_file(copy, import_.original_filename, options)) as file:
            yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stage_file(session: Connection, import_: Import, file: OpenedFile, choices: Choices) -> None:
    staging = Staging(import_.import_id)
    header = file.layout.header
    overrides = corrections(session, header, import_.supplier)
    run(session, "create_staging", None, staging.identifiers)
    survey = Survey(file.layout)
    for batch, mapping in map_batches(file, choices.profile, overrides):
        survey.add(batch, mapping)
        staged = stage(batch, mapping)
        copy_in(session, staging.table("leads"), staged.column_names, staged)
        copy_in(session, staging.table("rejected"), _REJECTED, _unreadable(batch))
    survey.require_rows()
    _log.info("%s", survey.summary())
    profile = survey.mapping.profile
    run(
        session,
        "mark_loaded",
        {
            "import_id": import_.import_id,
            "profile": profile.name,
            "source": profile.source,
            "source_type": profile.source_type,
            "layout": Jsonb(asdict(survey.layout)),
            "header_signature": header_signature(header),
            "drift": _drift(session, import_, header),
            "columns": Jsonb(survey.columns()),
            "rows_read": survey.rows_read,
            "rows_blank": survey.rows_blank,
            "rows_rejected": survey.rows_rejected,
        },
    )


def _drift(session: Connection, import_: Import, header: Sequence[str]) -> list[str]:
    """What changed since the supplier's last good file, in sentences."""
    known = run(
        session,
        "select_last_good_header",
        {"supplier": import_.supplier, "import_id": import_.import_id},
    ).fetchone()
    return [change.sentence for change in compare(known["header"], header)] if known else []


def map_batches(
    file: OpenedFile, profile: str | None = None, overrides: Overrides | None = None
) -> Iterator[tuple[RowBatch, Mapping]]:
    """The batches of a file, each with the mapping that the first rows settled."""
    mapping: Mapping | None = None
    for batch in file.batches():
        if mapping is None:
            mapping = map_columns(
                file.layout.header, _sample(batch.cells), profile=profile, overrides=overrides
            )
        yield batch, mapping


def _sample(cells: pa.RecordBatch) -> list[list[str | None]]:
    head = cells.slice(0, _SAMPLE_ROWS)
    return [list(row) for row in zip(*(c.to_pylist() for c in head.columns), strict=True)]


_REJECTED = ["row_number", "code", "reason", "raw", "staged"]


def _unreadable(batch: RowBatch) -> pa.Table:
    rejected = batch.rejected
    return pa.table(
        {
            "row_number": pa.array([r.number for r in rejected], pa.int64()),
            "code": pa.array([r.code for r in rejected], pa.string()),
            "reason": pa.array([r.reason for r in rejected], pa.string()),
            "raw": pa.array([json.dumps(r.raw, ensure_ascii=False) for r in rejected], pa.string()),
            "staged": pa.array([False] * len(rejected), pa.bool_()),
        }
    )


def _normalize_staged(reader: Connection, writer: Connection, import_: Import, plan: Plan) -> None:
    staging = Staging(import_.import_id)
    columns = matches(import_)
    wanted = ["row_number", *(c.field for c in columns if c.field), "extra"]
    _create_normalized(writer, staging, plan)
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, wanted)), staging.table("leads")
    )
    found = rejected = contacts = invalid = with_contacts = 0
    for staged in copy_out(reader, query, wanted, {"row_number": pa.int64()}):
        staged = staged.combine_chunks()
        arrays = {name: _flat(staged[name]) for name in staged.column_names}
        numbers = arrays.pop("row_number")
        result = normalize_rows(arrays, numbers, plan)
        refused = result.rejected
        at = pc.index_in(refused["row_number"], numbers)
        raw = [json.dumps(c, ensure_ascii=False) for c in raw_cells(staged, at, columns)]
        refused = refused.append_column("raw", pa.array(raw, pa.string()))
        refused = refused.append_column("staged", pa.array([True] * len(raw), pa.bool_()))
        copy_in(writer, staging.table("normalized"), result.contacts.column_names, result.contacts)
        copy_in(writer, staging.table("invalid"), _INVALID, result.invalid.rename_columns(_INVALID))
        copy_in(writer, staging.table("rejected"), _REJECTED, refused.select(_REJECTED))
        found += result.found
        contacts += result.contacts.num_rows
        invalid += result.invalid.num_rows
        rejected += refused.num_rows
        with_contacts += len(numbers) - refused.num_rows
    counts = writer.execute(
        sql.SQL("SELECT count(*) AS unread FROM {} WHERE NOT staged").format(
            staging.table("rejected")
        )
    ).fetchone()
    run(
        writer,
        "mark_normalized",
        {
            "import_id": import_.import_id,
            "rows_contacts": with_contacts,
            "rows_rejected": rejected + (counts["unread"] if counts else 0),
            "contacts_found": found,
            "contacts_new": contacts,
            "contacts_invalid": invalid,
        },
    )


_INVALID = [
    "row_number", "contact_number", "contact_role", "code", "reason",
    "contact_name", "email", "phone",
]  # fmt: skip


def _create_normalized(session: Connection, staging: Staging, plan: Plan) -> None:
    """Fresh side tables for this step, whatever an earlier attempt left."""
    definitions = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.sql_type))
        for c in normalized_columns(plan)
    )
    run(session, "create_normalized", None, staging.identifiers | {"definitions": definitions})


def matches(import_: Import) -> list[ColumnMatch]:
    """The columns of the import's file as the ledger noted them."""
    return [
        ColumnMatch(c["index"], c["header"], c["field"], c["confidence"], c["how"], c["suggestion"])
        for c in import_.columns or []
    ]


def _flat(column: pa.ChunkedArray) -> Any:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)

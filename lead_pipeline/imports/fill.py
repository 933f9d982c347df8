"""Fills the staging tables of one import: its raw rows, and then what they become.

Runs inside the transaction of a step; the steps themselves are imports/steps.py.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, replace

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline.choices.mappings import Overrides, overrides_of_import
from lead_pipeline.choices.reading import Choices, region_for
from lead_pipeline.database import Connection, copy_in, copy_out, run
from lead_pipeline.fields.catalogue import FALLBACK_PROFILE
from lead_pipeline.fields.drift import compare
from lead_pipeline.fields.headers import header_signature
from lead_pipeline.fields.model import ColumnMatch, Mapping
from lead_pipeline.imports.ahead import ahead
from lead_pipeline.imports.channels import map_file
from lead_pipeline.imports.staging import raw_cells, stage
from lead_pipeline.imports.survey import Survey
from lead_pipeline.intake.size import require_room
from lead_pipeline.ledger import Import, Staging
from lead_pipeline.ledger.holding import decisive
from lead_pipeline.ledger.progress import Meter
from lead_pipeline.normalizing.filled import Filled
from lead_pipeline.normalizing.plan import Plan, normalized_columns
from lead_pipeline.normalizing.rows import Normalized, normalize_rows
from lead_pipeline.reading import OpenedFile, RowBatch
from lead_pipeline.settings import Settings
from lead_pipeline.suppliers.sources import find_source

_log = logging.getLogger(__name__)
_REJECTED = ["row_number", "code", "reason", "raw", "staged"]
_INVALID = [
    "row_number", "contact_number", "contact_role", "code", "reason",
    "contact_name", "email", "phone",
]  # fmt: skip


def stage_file(
    session: Connection,
    import_: Import,
    file: OpenedFile,
    choices: Choices,
    settings: Settings,
    meter: Meter,
) -> None:
    """Fresh staging for one import, filled with the rows of its file as they stand.

    `settings` hold where nothing else settles what can be read two ways.

    Raises:
        BadFile: the file turns out not to be one while its rows are read, or has none.
        OutsideTrouble: the disk has no room for it.
    """
    staging = Staging(import_.import_id)
    header = file.layout.header
    overrides = overrides_of_import(session, import_, header)
    run(session, "imports/create_staging", None, staging.identifiers)
    limits = settings.limits
    survey = Survey(
        file.layout, choices.conventions(settings.date_order), limits.max_unreadable_percent
    )
    # The source is known once the file is mapped; until then its folder may name one.
    region = region_for(session, choices, import_.supplier or "") or settings.default_region
    batches = map_batches(file, choices.profile, overrides, region)
    for rows, rejected in ahead(_staged(batches, survey, limits.kept_rejected_rows)):
        require_room(settings)
        _copy(session, staging, "leads", rows, fresh=True)
        _copy(session, staging, "rejected", rejected, fresh=True)
        meter.add(rows.num_rows + rejected.num_rows)
    survey.require_rows()
    _log.info("%s", survey.summary())
    profile, columns = survey.mapping.profile, survey.columns()
    source = find_source(session, profile, import_.supplier)
    run(
        session,
        "imports/mark_loaded",
        {
            "import_id": import_.import_id,
            "profile": profile.name,
            **source,
            "region": region_for(session, choices, source["source"]) or settings.default_region,
            "import_source": "api" if file.layout.kind == "ndjson" else "csv",
            "layout": Jsonb(asdict(survey.layout)),
            "header_signature": header_signature(header),
            "columns": Jsonb(columns),
            **_drift(session, import_, header, decisive(columns, profile.name)),
            "rows_read": survey.rows_read,
            "rows_blank": survey.rows_blank,
            "rows_rejected": survey.rows_rejected,
        },
    )
    # Last, because the next import that attaches its rows waits for this transaction.
    run(session, "imports/attach_staging", None, staging.identifiers)


def _staged(
    batches: Iterable[tuple[RowBatch, Mapping]], survey: Survey, kept: int
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The rows of the tables `leads` and `rejected`, of these `kept` with what stands in them; the
    survey has seen them."""
    for batch, mapping in batches:
        room = max(0, kept - survey.rows_rejected)
        survey.add(batch, mapping)
        yield stage(batch, mapping), _unreadable(batch, room)


def normalize_staged(
    reader: Connection,
    writer: Connection,
    import_: Import,
    plan: Plan,
    settings: Settings,
    meter: Meter,
) -> None:
    """Fresh tables for what the staged rows become, filled in the transaction of `writer`.

    Raises:
        OutsideTrouble: the disk has no room for them.
    """
    staging = Staging(import_.import_id)
    columns = matches(import_)
    wanted = ["row_number", *(c.field for c in columns if c.field), "extra"]
    if plan.keeps_raw:
        wanted.append("raw_payload")
    create_normalized(writer, staging, plan)
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, wanted)), staging.table("leads")
    )
    counts = {
        "rows_contacts": 0,
        "rows_rejected": _count_unread(writer, staging),  # rejected when the file was loaded
        "contacts_found": 0,
        "contacts_callable": 0,
        "contacts_invalid": 0,
    }
    meter.expect((import_.rows_read or 0) - (import_.rows_blank or 0) - counts["rows_rejected"])
    filled: defaultdict[str, Filled] = defaultdict(Filled)
    batches = ahead(copy_out(reader, query, wanted, {"row_number": pa.int64()}))
    room = max(0, settings.limits.kept_rejected_rows - counts["rows_rejected"])
    for result in ahead(_normalized(batches, columns, plan, room)):
        require_room(settings)
        rejected = result.rejected
        invalid = result.invalid.rename_columns(_INVALID)
        fill_normalized(writer, staging, result.contacts)
        _copy(writer, staging, "invalid", invalid, fresh=True)
        _copy(writer, staging, "rejected", rejected, fresh=False)
        counts["rows_contacts"] += result.rows - rejected.num_rows
        counts["rows_rejected"] += rejected.num_rows
        counts["contacts_found"] += result.found
        counts["contacts_callable"] += result.contacts.num_rows
        counts["contacts_invalid"] += invalid.num_rows
        for name, found in result.contact_columns.items():
            filled[name] += found
        meter.add(result.rows)
    told = Jsonb({name: asdict(found) for name, found in filled.items()})
    facts = {"import_id": import_.import_id, "contact_columns": told, **counts}
    run(writer, "imports/mark_normalized", facts)


def _normalized(
    batches: Iterable[pa.Table], columns: Sequence[ColumnMatch], plan: Plan, room: int
) -> Iterator[Normalized]:
    """What batches of staged rows become; the rejected ones are those of the table `rejected`,
    of these the first (`room`) with their cells."""
    for staged in batches:
        arrays = {name: staged[name].combine_chunks() for name in staged.column_names}
        numbers = arrays.pop("row_number")
        result = normalize_rows(arrays, numbers, plan)
        rejected = _with_raw_cells(result.rejected, staged, numbers, columns, room)
        room = max(0, room - rejected.num_rows)
        yield replace(result, rejected=rejected)


def create_normalized(session: Connection, staging: Staging, plan: Plan) -> None:
    """Fresh side tables for this step, whatever an earlier attempt left."""
    definitions = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.sql_type))
        for c in normalized_columns(plan)
    )
    run(
        session,
        "imports/create_normalized",
        None,
        staging.identifiers | {"definitions": definitions},
    )


def fill_normalized(session: Connection, staging: Staging, contacts: pa.Table) -> None:
    _copy(session, staging, "normalized", contacts, fresh=True)


def map_batches(
    file: OpenedFile,
    profile: str | None = None,
    overrides: Overrides | None = None,
    region: str = "US",
) -> Iterator[tuple[RowBatch, Mapping]]:
    """The batches of a file, each with the mapping that the first rows settled."""
    mapping: Mapping | None = None
    for batch in file.batches():
        if mapping is None:
            header = file.layout.header
            mapping = map_file(header, batch.cells, region, profile, overrides)
            # Records come from whoever may post leads: what they are like makes them no feedback.
            if mapping.profile.is_feedback and profile is None and file.layout.kind == "ndjson":
                mapping = map_file(header, batch.cells, region, FALLBACK_PROFILE, overrides)
        yield batch, mapping


def matches(import_: Import) -> list[ColumnMatch]:
    """The columns of the import's file as the ledger noted them."""
    return [
        ColumnMatch(c["index"], c["header"], c["field"], c["confidence"], c["how"], c["suggestion"])
        for c in import_.columns or []
    ]


def _drift(
    session: Connection, import_: Import, header: Sequence[str], matters: Set[str]
) -> dict[str, list[str]]:
    """What changed since the supplier's last good file, in sentences; and of these, what befell
    decisive columns, then or now (`matters`). Where a column stands, and its case, decide nothing.
    """
    known = run(
        session,
        "imports/select_last_good_header",
        {"supplier": import_.supplier, "import_id": import_.import_id},
    ).fetchone()
    if known is None:
        return {"drift": [], "decisive_drift": []}
    changes = compare(known["header"], header)
    matters = matters | decisive(known["columns"] or (), known["profile"])
    decided = [
        change.sentence
        for change in changes
        if change.what in ("removed", "renamed") and {change.before, change.after} & matters
    ]
    return {"drift": [change.sentence for change in changes], "decisive_drift": decided}


def _unreadable(batch: RowBatch, room: int) -> pa.Table:
    """The records of a batch that could not become rows, as rows of the table `rejected`, the first
    of them (`room`) as they stand."""
    rejected = batch.rejected
    raw = [json.dumps(r.raw, ensure_ascii=False) for r in rejected[:room]]
    return pa.table(
        [
            pa.array([r.number for r in rejected], pa.int64()),
            pa.array([r.code for r in rejected], pa.string()),
            pa.array([r.reason for r in rejected], pa.string()),
            _filled_up(pa.array(raw, pa.string()), len(rejected)),
            pa.repeat(pa.scalar(False), len(rejected)),
        ],
        names=_REJECTED,
    )


def _with_raw_cells(
    rejected: pa.Table,
    staged: pa.Table,
    numbers: pa.Array,
    columns: Sequence[ColumnMatch],
    room: int,
) -> pa.Table:
    """Rejected rows as rows of the table `rejected`: with their cells in the file's order."""
    at = pc.index_in(rejected["row_number"], numbers)
    kept = raw_cells(staged, at[:room], columns)
    rejected = rejected.append_column("raw", _filled_up(kept, len(at)))
    rejected = rejected.append_column("staged", pa.repeat(pa.scalar(True), len(at)))
    return rejected.select(_REJECTED)


def _filled_up(texts: pa.Array, length: int) -> pa.Array:
    return pa.concat_arrays([texts, pa.nulls(length - len(texts), pa.string())])


def _copy(session: Connection, staging: Staging, what: str, rows: pa.Table, *, fresh: bool) -> None:
    copy_in(session, staging.table(what), rows.column_names, rows, fresh=fresh)


def _count_unread(session: Connection, staging: Staging) -> int:
    counted = run(session, "imports/count_unread", None, staging.identifiers).fetchone()
    return int(counted["unread"]) if counted else 0

"""Whole lists that lie elsewhere, in a folder or a mailbox: into the bucket as they are, each once.

A list is a record of the inbox like any other, known by its id before it is fetched a second time.
What a kill leaves in the bucket is found there by the next pull.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lead_pipeline import ledger
from lead_pipeline.choices.reading import Choices
from lead_pipeline.connectors.inbox import known_by_id
from lead_pipeline.connectors.model import ListFile, Record, Source
from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.drop import KnownContent, Request, drop_file, object_key
from lead_pipeline.intake.files import require_name

_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f/\\]+")


@dataclass(frozen=True, slots=True)
class Brought:
    """A list that lies in the bucket: by which id the inbox knows it, and the object it became."""

    external_id: str
    object_key: str
    version_tag: str


def bring(
    site: Site, session: Connection, source: Source, records: Sequence[Record]
) -> tuple[list[Record], list[Brought]]:
    """Put the lists among the records into the bucket; a list that cannot be imported is a record
    with a problem then.

    Raises:
        Fault: a list could not be had from where it lies.
        OutsideTrouble: the bucket or the database does not answer.
    """
    known = _known(session, source, records)
    told, brought = [], []
    for record in records:
        external_id, _ = known_by_id(record)
        if record.file is not None and not record.problem and external_id not in known:
            try:
                brought.append(Brought(external_id, *_drop(site, session, source, record.file)))
            except OperatorError as error:
                record = replace(record, problem=str(error))
        told.append(record)
    return told, brought


def note(session: Connection, source: Source, brought: Sequence[Brought]) -> None:
    """Tell the inbox which object each list became, in the transaction that keeps the records."""
    for one in brought:
        facts = {
            "source": source.name,
            "profile": source.profile,
            "import_source": source.import_source,
            "external_id": one.external_id,
            "object_key": one.object_key,
            "version_tag": one.version_tag,
        }
        run(session, "connectors/note_list", facts)


def _known(session: Connection, source: Source, records: Sequence[Record]) -> set[str]:
    """The ids of those lists that the inbox holds already, whatever became of them."""
    ids = [known_by_id(record)[0] for record in records if record.file is not None]
    if not ids:
        return set()
    asked = {"source": source.name, "external_ids": ids}
    return {row["external_id"] for row in run(session, "connectors/list_known", asked)}


def _drop(site: Site, session: Connection, source: Source, file: ListFile) -> tuple[str, str]:
    """The key and the version of the object that a list becomes, or is already."""
    name = _NOT_IN_A_NAME.sub("_", file.name)
    require_name(name)
    require_name(file.supplier, "the folder of a supplier")
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / name
        file.fetch(path)
        try:
            dropped = drop_file(
                path,
                site.bucket,
                site.settings,
                supplier=file.supplier,
                new_version=True,
                session=session,
                choices=Choices(profile=source.profile),
                request=Request(import_source=source.import_source),
                enter=True,
            )
        except KnownContent:
            key = object_key(name, site.bucket.tag_of(path), file.supplier)
            there = site.bucket.keys()
            if key not in there:
                raise  # it came another way, under another name
            stored = site.bucket.put(path, key)  # the same version, entered if a kill left it so
            ledger.register(session, [stored])
            return stored.key, stored.tag
    return dropped.object_key, dropped.version_tag

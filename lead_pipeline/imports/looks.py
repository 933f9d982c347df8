"""Dry runs as they are asked for: of a file that somebody has, and of an import that is undecided.

The command, the API and the page all come here, so that the same file looks the same everywhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from lead_pipeline.choices.mappings import For, corrections, overrides_of_import
from lead_pipeline.choices.reading import Choices, choices_for, choices_of_import
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.settings import Settings
from lead_pipeline.suppliers.suppliers import terms_of_today


def look_at_file(
    path: Path,
    settings: Settings,
    session: Connection | None,
    supplier: str | None = None,
    choices: Choices | None = None,
    *,
    force_refresh: bool = False,
    cost_per_lead: Decimal | None = None,
) -> DryRun:
    """What an import of a file would do, read and mapped as is settled for its supplier.

    Args:
        session: None where no database runs; then nobody is matched, and nothing is settled.
        choices: what is stated about reading it, before what is settled.

    Raises:
        BadFile: an import would reject the file.
    """
    stated = choices or Choices()
    if session is None:
        return DryRun(path, settings, stated, cost_per_lead=cost_per_lead)
    if cost_per_lead is None and supplier is not None:
        cost_per_lead = terms_of_today(session, supplier).price
    return DryRun(
        path,
        settings,
        stated.over(choices_for(session, None, supplier)),
        partial(corrections, session, whose=For(supplier)),
        Rehearsal(session, supplier, force_refresh),
        cost_per_lead,
    )


@contextmanager
def look_at_import(site: Site, session: Connection, import_: Import) -> Iterator[DryRun]:
    """What an undecided import would do if its file was read now, as all is settled by now.

    Raises:
        OperatorError: it is decided; its rows are told by outcome.
        BadFile: it would be rejected.
        OutsideTrouble: the object is gone, or the bucket is unwell.
    """
    if import_.archived_at is not None:
        raise OperatorError(
            f"import {import_.import_id} is {import_.status}: what became of its rows is told by "
            "outcome, and no preview would say the same"
        )
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        copy = Path(folder) / import_.original_filename
        site.bucket.fetch(import_.object_key, import_.version_tag, copy)
        yield DryRun(
            copy,
            site.settings,
            choices_of_import(session, import_),
            partial(overrides_of_import, session, import_),
            Rehearsal(session, import_.supplier, import_.force_refresh),
            import_.cost_per_lead,
        )

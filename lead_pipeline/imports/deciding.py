"""What an import's contacts come to: leads or, where the file is feedback, news of leads."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from lead_pipeline import ledger
from lead_pipeline.database import Connection, run
from lead_pipeline.imports.fill import matches
from lead_pipeline.imports.staging import extra_keys
from lead_pipeline.leads.feedback import Unfound, take_in
from lead_pipeline.ledger import OUTCOME_COLUMNS, Import, Staging
from lead_pipeline.ledger.sums import OF_CALLABLE
from lead_pipeline.matching.contents import contacts_in_staging
from lead_pipeline.matching.decide import decide
from lead_pipeline.normalizing.plan import Plan


def decide_import(
    session: Connection, import_: Import, plan: Plan
) -> tuple[Import, dict[str, Any]]:
    """The import as it then is, and the counts of the outcomes, by column of the ledger.

    It is as it was, but for rows of feedback that found no lead: they are rejected from then on.
    """
    if not plan.profile.is_feedback:
        return import_, decide(session, import_, plan)
    found, unfound = take_in(session, contacts_in_staging(session, import_))
    _refuse(session, import_, unfound)
    counts = dict.fromkeys(OF_CALLABLE.values(), 0) | {OUTCOME_COLUMNS["updated"]: found}
    return ledger.get(session, import_.import_id), counts | {"dnc_lists": Jsonb([])}


def _refuse(session: Connection, import_: Import, unfound: Sequence[Unfound]) -> None:
    """Move rows that found no lead to those that are rejected, with their cells."""
    columns = matches(import_)
    keys = extra_keys(columns)
    cells = [
        sql.Identifier("s", column.field)
        if column.field
        else sql.SQL("s.extra ->> {}").format(sql.Literal(keys[column.index]))
        for column in columns
    ]
    told = json.dumps([asdict(one) for one in unfound])
    names = {"rows": sql.Literal(told), "cells": sql.SQL(", ").join(cells)}
    run(session, "imports/refuse_rows", None, Staging(import_.import_id).identifiers | names)

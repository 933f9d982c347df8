"""Decides about contacts as an import would, in a transaction that is always taken back."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

import pyarrow as pa

from lead_pipeline import ledger
from lead_pipeline.choices.reading import Choices, region_for
from lead_pipeline.database import Connection, run
from lead_pipeline.fields.model import Profile
from lead_pipeline.imports.deciding import decide_import
from lead_pipeline.imports.fill import create_normalized, fill_normalized
from lead_pipeline.ledger import Import, Staging
from lead_pipeline.ledger.sums import OF_CALLABLE, require_outcomes
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.suppliers.sources import find_source


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a contact would count as, and why, in words; nothing more is to be said of a new one.

    With a `code` its row is rejected after all.
    """

    outcome: str
    reason: str | None = None
    code: str | None = None


NEW = Verdict("new")
Told: TypeAlias = dict[tuple[int, int], Verdict]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The counts of all outcomes, and by (row, contact) what is not simply new."""

    counts: dict[str, int]
    told: Told

    @property
    def refused(self) -> int:
        """How many rows are rejected after all."""
        return sum(verdict.code is not None for verdict in self.told.values())


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where to rehearse, and what would be said about the import."""

    session: Connection
    supplier: str | None = None
    force_refresh: bool = False

    def region(self, profile: Profile, choices: Choices) -> str | None:
        """The region of a file with this layout, if it was settled."""
        with self.session.transaction(force_rollback=True):
            source = find_source(self.session, profile, self.supplier)["source"]
            return region_for(self.session, choices, source)

    def decide(self, plan: Plan, contacts: Iterable[pa.Table]) -> Verdicts:
        """What an import of these normalized contacts would make of them now.

        Other decisions wait for the time it takes. Nothing that it writes is ever seen.
        """
        with self.session.transaction(force_rollback=True):
            import_ = self._enter(plan)
            staging = Staging(import_.import_id)
            run(self.session, "imports/create_staging", None, staging.identifiers)
            create_normalized(self.session, staging, plan)
            found = 0
            for batch in contacts:
                fill_normalized(self.session, staging, batch)
                found += batch.num_rows
            import_, counts = decide_import(self.session, import_, plan)
            verdicts = Verdicts(counts, self._told(import_, plan))
            callable_ = found - verdicts.refused
            require_outcomes(replace(import_, contacts_callable=callable_), counts)
        decided = {n: counts[n] for n in OF_CALLABLE.values()}
        outcomes = replace(import_, **decided, contacts_invalid=verdicts.refused)
        return replace(verdicts, counts=outcomes.contact_outcomes)

    def _told(self, import_: Import, plan: Plan) -> Told:
        if plan.profile.is_feedback:
            names = Staging(import_.import_id).identifiers
            found = run(self.session, "imports/select_feedback_verdicts", None, names)
        else:
            number = {"import_id": import_.import_id}
            found = run(self.session, "imports/select_verdicts", number)
        return {
            (row["row_number"], row["contact_number"]): Verdict(
                row["outcome"], row["reason"], row.get("code")
            )
            for row in found
        }

    def _enter(self, plan: Plan) -> Import:
        return ledger.register_rehearsal(
            self.session,
            name=f"rehearsal-{secrets.token_hex(16)}",
            at=datetime.now(UTC),
            supplier=self.supplier,
            source_id=find_source(self.session, plan.profile, self.supplier)["source_id"],
            force_refresh=self.force_refresh,
        )

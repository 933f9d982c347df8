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
from lead_pipeline.imports.fill import create_normalized, fill_normalized
from lead_pipeline.ledger import Import, Staging
from lead_pipeline.ledger.sums import OF_CALLABLE, require_outcomes
from lead_pipeline.matching.decide import decide
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.suppliers.sources import find_source


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a contact would count as, and why, in words; nothing more is to be said of a new one."""

    outcome: str
    reason: str | None = None


NEW = Verdict("new")
Told: TypeAlias = dict[tuple[int, int], Verdict]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The counts of all outcomes, and by (row, contact) what is not simply new."""

    counts: dict[str, int]
    told: Told


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
            counts = decide(self.session, import_, plan)
            require_outcomes(replace(import_, contacts_callable=found), counts)
            told = {
                (row["row_number"], row["contact_number"]): Verdict(row["outcome"], row["reason"])
                for row in run(
                    self.session, "imports/select_verdicts", {"import_id": import_.import_id}
                )
            }
        outcomes = replace(import_, **{n: counts[n] for n in OF_CALLABLE.values()})
        return Verdicts(outcomes.contact_outcomes, told)

    def _enter(self, plan: Plan) -> Import:
        return ledger.register_rehearsal(
            self.session,
            name=f"rehearsal-{secrets.token_hex(16)}",
            at=datetime.now(UTC),
            supplier=self.supplier,
            source_id=find_source(self.session, plan.profile, self.supplier)["source_id"],
            force_refresh=self.force_refresh,
        )

"""The dry run: reads, maps and normalises a file exactly as an import does, and writes nothing.

The result is plain data, ready for JSON; how it is shown is the command's or the page's business.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict
from decimal import Decimal
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa

from lead_pipeline.choices.mappings import Overrides
from lead_pipeline.choices.reading import Choices
from lead_pipeline.fields.model import Mapping, Profile
from lead_pipeline.imports.fill import map_batches
from lead_pipeline.imports.flagged import news_of, verdicts_of
from lead_pipeline.imports.plans import plan_for
from lead_pipeline.imports.preview_rows import details, first_records
from lead_pipeline.imports.quality import complete_addresses, quality
from lead_pipeline.imports.rehearsal import Rehearsal, Told
from lead_pipeline.imports.staging import normalize_batch
from lead_pipeline.imports.survey import Survey
from lead_pipeline.intake.size import check_size
from lead_pipeline.ledger import NO_OUTCOMES
from lead_pipeline.ledger.doubts import counted_columns
from lead_pipeline.ledger.holding import doubts
from lead_pipeline.normalizing.filled import Filled
from lead_pipeline.normalizing.rows import Normalized
from lead_pipeline.reading import OpenedFile, RowBatch, open_lead_file
from lead_pipeline.settings import Settings

NOT_MATCHED = (
    "not matched against the database: contacts are new, or suppressed by flags, as far as this "
    "file tells"
)
MATCHED = "matched against the leads and the do-not-call lists as they are now"


class DryRun:
    """What an import of a file would do: `head` at once, its rows one by one, `counts` after them.

    Args:
        choices: what was settled about reading the file.
        overrides: gives the corrections for a header.
        rehearsal: where to match the contacts; None does not match them.
        cost_per_lead: what a new lead of it costs, if that is known.

    Raises:
        BadFile: an import would reject the file.
        OSError: the file cannot be read.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        choices: Choices | None = None,
        overrides: Callable[[Sequence[str]], Overrides] = lambda _: {},
        rehearsal: Rehearsal | None = None,
        cost_per_lead: Decimal | None = None,
    ) -> None:
        size = path.stat().st_size
        check_size(size, settings)
        self._path = path
        self._choices = choices or Choices()
        self._overrides = overrides
        self._max_bytes = settings.max_unpacked_bytes
        self._date_order = settings.date_order
        self._max_unreadable = settings.limits.max_unreadable_percent
        self._region = self._choices.whole.region or settings.default_region
        survey = self._survey()
        profile = survey.mapping.profile
        region = (rehearsal.region if rehearsal else _chosen_region)(profile, self._choices)
        self._plan = plan_for(profile, survey.layout.kind, survey.columns(), settings, region)
        self._verdicts = rehearsal.decide(self._plan, self._contacts()) if rehearsal else None
        self.head: dict[str, Any] = {
            "file": _file_facts(path, size, survey),
            "profile": profile.name,
            "region": self._plan.region,
            "matching": MATCHED if rehearsal else NOT_MATCHED,
            "columns": survey.columns(),
        }
        self.counts = {
            "rows": {"contacts": 0, "rejected": survey.rows_rejected, "blank": survey.rows_blank},
            "contacts": dict(NO_OUTCOMES),
        }
        self._filled: defaultdict[str, Filled] = defaultdict(Filled)
        self._addresses = Filled()
        self._cost = cost_per_lead
        if self._verdicts is not None:
            self.counts["contacts"] |= self._verdicts.counts
            self.counts["rows"]["contacts"] -= self._verdicts.refused
            self.counts["rows"]["rejected"] += self._verdicts.refused

    def rows(self, most: int | None) -> Iterator[dict[str, Any]]:
        """The first `most` records in detail (None: all); all are counted. To be used up, once."""
        shown = 0
        with self._opened() as file:
            for batch, mapping in self._batches(file):
                result = normalize_batch(batch, mapping, self._plan)
                self._count(batch, result)
                wanted = None if most is None else most - shown
                if wanted != 0:
                    batch, result = first_records(batch, result, wanted)
                    told = self._told(result)
                    for record in details(batch, mapping, result, self._plan, told):
                        shown += 1
                        yield record

    @property
    def doubts(self) -> list[dict[str, str]]:
        """Why a person had better look, as far as this file tells; to be asked after the rows."""
        counts, columns = self.counts["rows"], self.head["columns"]
        filled = counts["contacts"] + counts["rejected"]
        counted = {name: asdict(found) for name, found in self._filled.items()}
        found = doubts(
            columns,
            self.head["profile"],
            self.head["file"]["problems"],
            counted_columns(columns, counted),
            counts["rejected"] / filled if filled else 0.0,
        )
        return [asdict(one) for one in found]

    @property
    def quality(self) -> dict[str, Any]:
        """How good the file is, in figures; to be asked after the rows."""
        return quality(self._filled, self._addresses, self.counts["contacts"], self._cost)

    def _survey(self) -> Survey:
        """A first pass, because a column's date order is settled by the whole file."""
        with self._opened() as file:
            survey = Survey(
                file.layout, self._choices.conventions(self._date_order), self._max_unreadable
            )
            for batch, mapping in self._batches(file):
                survey.add(batch, mapping)
        survey.require_rows()
        return survey

    def _opened(self) -> AbstractContextManager[OpenedFile]:
        options = self._choices.read_options(self._max_bytes)
        return closing(open_lead_file(self._path, self._path.name, options))

    def _batches(self, file: OpenedFile) -> Iterator[tuple[RowBatch, Mapping]]:
        overrides = self._overrides(file.layout.header)
        return map_batches(file, self._choices.profile, overrides, self._region)

    def _contacts(self) -> Iterator[pa.Table]:
        """A pass over the file for matching alone."""
        with self._opened() as file:
            for batch, mapping in self._batches(file):
                yield normalize_batch(batch, mapping, self._plan).contacts

    def _told(self, result: Normalized) -> Told:
        """What is not simply new: as the database decided, or as the file's own flags say."""
        if self._verdicts is not None:
            return self._verdicts.told
        if self._plan.profile.is_feedback:
            return news_of(result.contacts)
        return verdicts_of(result.contacts)

    def _count(self, batch: RowBatch, result: Normalized) -> None:
        rows, contacts = self.counts["rows"], self.counts["contacts"]
        rows["contacts"] += batch.cells.num_rows - result.rejected.num_rows
        rows["rejected"] += result.rejected.num_rows
        if self._verdicts is None:
            told = self._told(result).values()
            contacts["new"] += result.contacts.num_rows - len(told)
            for verdict in told:
                contacts[verdict.outcome] += 1
        contacts["invalid"] += result.invalid.num_rows
        for name, found in result.contact_columns.items():
            self._filled[name] += found
        self._addresses += complete_addresses(result.contacts)


def _chosen_region(_: Profile, choices: Choices) -> str | None:
    return choices.whole.region


def _file_facts(path: Path, size: int, survey: Survey) -> dict[str, Any]:
    layout = asdict(survey.layout)
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return {
        "name": path.name,
        "bytes": size,
        "sha256": digest,
        **{name: layout[name] for name in _LAYOUT_FACTS},
        "rows": survey.rows_read,
        "problems": layout["problems"],
    }


_LAYOUT_FACTS = ["kind", "encoding", "delimiter", "quote", "header_row", "sheet", "container"]

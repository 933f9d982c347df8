"""What passing over a file once tells: how many rows of which outcome, mapping, conventions.

Filled batch by batch by an import and by the dry run alike.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.model import Mapping
from lead_pipeline.imports.staging import extra_keys
from lead_pipeline.normalizing.conventions import Conventions
from lead_pipeline.reading import Layout, Problem, RowBatch


@dataclass(slots=True)
class Survey:
    """Counts and evidence over the batches of one file so far; `layout` as its opening told it."""

    opened: Layout
    conventions: Conventions = field(default_factory=Conventions)
    rows_read: int = 0
    rows_blank: int = 0
    rows_rejected: int = 0
    _mapping: Mapping | None = None
    _problems: tuple[Problem, ...] = ()

    @property
    def mapping(self) -> Mapping:
        """
        Raises:
            BadFile: `header_only`, the file had no row at all.
        """
        if self._mapping is None:
            raise BadFile(
                "header_only", "the file has a header and no rows: export it again with its rows"
            )
        return self._mapping

    @property
    def layout(self) -> Layout:
        """The layout with every problem that showed: while reading, in mapping, in conventions."""
        return replace(
            self.opened,
            problems=(
                *self.opened.problems,
                *self._problems,
                *(_ignored(header, name) for header, name in self.mapping.ignored),
                *self.conventions.problems(self.mapping.columns),
            ),
        )

    def add(self, batch: RowBatch, mapping: Mapping) -> None:
        self._mapping = mapping
        self.rows_read += batch.cells.num_rows + len(batch.blank) + len(batch.rejected)
        self.rows_blank += len(batch.blank)
        self.rows_rejected += len(batch.rejected)
        self._problems += batch.problems
        for column in mapping.columns:
            self.conventions.add(column, batch.cells.column(column.index))

    def require_rows(self) -> None:
        """
        Raises:
            BadFile: `header_only`, everything below the header is blank.
        """
        if self.rows_read == self.rows_blank:
            raise BadFile(
                "header_only", "the file has a header and no rows: export it again with its rows"
            )

    def columns(self) -> list[dict[str, Any]]:
        """Each column of the file: its match, its key in `extra`, its conventions."""
        extra = extra_keys(self.mapping.columns)
        return [
            asdict(column)
            | {"extra_key": extra.get(column.index)}
            | self.conventions.settled(column.index)
            for column in self.mapping.columns
        ]

    def summary(self) -> str:
        """One line for the log; no cell of the file is in it."""
        columns = self.mapping.columns
        unknown = [column.header for column in columns if column.field is None]
        kept = f", kept in extra: {', '.join(unknown[:20])}" if unknown else ""
        return (
            f"{self.opened.kind}, {self.opened.encoding}, profile {self.mapping.profile.name}: "
            f"{self.rows_read} rows ({self.rows_blank} blank, {self.rows_rejected} unreadable), "
            f"{len(columns) - len(unknown)} of {len(columns)} columns mapped{kept}"
        )


def _ignored(header: str, name: str) -> Problem:
    text = f"{header}: it was settled to feed {name}, which is no field any more: matched anew."
    return Problem("stale_correction", text, column=header)

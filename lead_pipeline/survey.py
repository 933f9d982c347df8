"""What passing over a file once tells: how many rows of which outcome, which date order, mapping.

Filled batch by batch by an import and by the dry run alike.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.model import Kind, Mapping
from lead_pipeline.normalizing.dates import DateOrder, OrderEvidence, detect_order
from lead_pipeline.reading import Layout, RowBatch
from lead_pipeline.staging import extra_keys

_DATES = (Kind.DATE, Kind.TIMESTAMP)


@dataclass(slots=True)
class Survey:
    """Counts and evidence over the batches of one file so far."""

    layout: Layout
    rows_read: int = 0
    rows_blank: int = 0
    rows_rejected: int = 0
    _mapping: Mapping | None = None
    _evidence: dict[str, OrderEvidence] = field(default_factory=dict)

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
    def orders(self) -> dict[str, DateOrder]:
        """Date field -> whether its values prove that the day or the month comes first."""
        return {name: e.order for name, e in self._evidence.items() if e.order is not None}

    def add(self, batch: RowBatch, mapping: Mapping) -> None:
        self._mapping = mapping
        self.rows_read += batch.cells.num_rows + len(batch.blank) + len(batch.rejected)
        self.rows_blank += len(batch.blank)
        self.rows_rejected += len(batch.rejected)
        if batch.problems:
            problems = (*self.layout.problems, *batch.problems)
            self.layout = replace(self.layout, problems=problems)
        for column in mapping.columns:
            if column.field and fields()[column.field].kind in _DATES:
                _, evidence = detect_order(batch.cells.column(column.index))
                known = self._evidence.get(column.field, OrderEvidence())
                self._evidence[column.field] = known + evidence

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
        """Each column of the file: its match, its key in `extra`, its date order."""
        extra = extra_keys(self.mapping.columns)
        orders = self.orders
        return [
            asdict(column)
            | {"extra_key": extra.get(column.index)}
            | {"order": orders.get(column.field) if column.field else None}
            for column in self.mapping.columns
        ]

    def summary(self) -> str:
        """One line for the log; no cell of the file is in it."""
        columns = self.mapping.columns
        unknown = [column.header for column in columns if column.field is None]
        kept = f", kept in extra: {', '.join(unknown[:20])}" if unknown else ""
        return (
            f"{self.layout.kind}, {self.layout.encoding}, profile {self.mapping.profile.name}: "
            f"{self.rows_read} rows ({self.rows_blank} blank, {self.rows_rejected} unreadable), "
            f"{len(columns) - len(unknown)} of {len(columns)} columns mapped{kept}"
        )

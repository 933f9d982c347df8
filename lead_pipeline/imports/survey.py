"""What passing over a file once tells: how many rows of which outcome, mapping, conventions, flags.

Filled batch by batch by an import and by the dry run alike.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.flags import may_speak, speaks
from lead_pipeline.fields.model import Kind, Mapping
from lead_pipeline.imports.staging import extra_keys
from lead_pipeline.normalizing.conventions import Conventions
from lead_pipeline.normalizing.flag_cells import count_speaking, count_unclear
from lead_pipeline.normalizing.phones import most_numbers
from lead_pipeline.reading import Layout, Problem, RowBatch

_JUDGED_AT = 100_000
"""So many rows tell what a file is; a smaller one costs nothing worth a judgement."""


@dataclass(slots=True)
class Survey:
    """Counts and evidence over the batches of one file so far; `layout` as its opening told it.

    Of the rows of a list, at most `max_unreadable_percent` cannot be read.
    """

    opened: Layout
    conventions: Conventions = field(default_factory=Conventions)
    max_unreadable_percent: int = 100
    rows_read: int = 0
    rows_blank: int = 0
    rows_rejected: int = 0
    _mapping: Mapping | None = None
    _problems: tuple[Problem, ...] = ()
    _speaking: Counter[int] = field(default_factory=Counter)
    _unclear: Counter[int] = field(default_factory=Counter)
    _numbers: dict[int, int] = field(default_factory=dict)
    _judged: bool = False

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
                *self.mapping.problems,
                *self.conventions.problems(self.mapping.columns),
                *self._flags(),
            ),
        )

    def add(self, batch: RowBatch, mapping: Mapping) -> None:
        """
        Raises:
            BadFile: `mostly_unreadable`, what was read so far is no list.
        """
        self._mapping = mapping
        self.rows_read += batch.cells.num_rows + len(batch.blank) + len(batch.rejected)
        self.rows_blank += len(batch.blank)
        self.rows_rejected += len(batch.rejected)
        self._problems += batch.problems
        self._judge()
        for column in mapping.columns:
            cells = batch.cells.column(column.index)
            self.conventions.add(column, cells)
            if column.field and fields()[column.field].kind is Kind.PHONE:
                most = max(self._numbers.get(column.index, 1), most_numbers(cells))
                self._numbers[column.index] = most
            said = speaks(column.header, column.field, column.how)
            if said is not None and said.channels:
                self._unclear[column.index] += count_unclear(cells)
            if may_speak(column.field):
                self._speaking[column.index] += count_speaking(cells)

    def _judge(self) -> None:
        if self._judged or self.rows_read < _JUDGED_AT:
            return
        self._judged = True
        rows = self.rows_read - self.rows_blank
        if self.rows_rejected * 100 > rows * self.max_unreadable_percent:
            raise BadFile(
                "mostly_unreadable",
                f"{self.rows_rejected:,} of the first {rows:,} rows cannot be read, and no list is "
                "like that: look at its delimiter and quotes, settle them by `lead-pipeline "
                "reading set`, or raise LEADS_MAX_UNREADABLE_PERCENT",
            )

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
        """Each column of the file: its match, its key in `extra`, its conventions, how many cells
        speak of do-not-call, how many phone numbers may stand in a cell of it."""
        extra = extra_keys(self.mapping.columns)
        return [
            asdict(column)
            | {"extra_key": extra.get(column.index)}
            | self.conventions.settled(column.index)
            | {"speaks": self._speaking[column.index]}
            | {"numbers_in_cell": self._numbers.get(column.index, 1)}
            for column in self.mapping.columns
        ]

    def _flags(self) -> Iterator[Problem]:
        """The columns that take channels away although no field or header of theirs is made for it,
        and those that might have been meant so and do not."""
        for column in self.mapping.columns:
            header, spoken = column.header, self._speaking[column.index]
            said = speaks(header, column.field, column.how)
            if said is not None and said.flag == "unclear":
                text = (
                    f"{header}: says who may be called, or when a list was asked; it takes "
                    "nobody's phone away. If it is a flag, settle it as phone_1_dnc."
                )
                yield Problem("unclear_flag", text, column=header)
            elif said is not None and said.channels and column.field is None:
                text = (
                    f"{header}: no field is made of it, and it is a flag ({said.flag}): every cell "
                    f"of it that does not clearly say no takes away {_taken(said.channels)}."
                )
                yield Problem("flag_column", text, column=header)
            elif said is None and spoken:
                text = (
                    f"{header}: {spoken} of its cells speak of do-not-call: what they speak of is "
                    "taken away from the people of these rows."
                )
                yield Problem("flag_cells", text, column=header)

            if unclear := self._unclear[column.index]:
                text = (
                    f"{header}: {unclear} of its cells say neither yes nor no: each of them counts "
                    "as a yes, and `lead-pipeline explain` has its words."
                )
                yield Problem("unclear_flag_cells", text, column=header)

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


def _taken(channels: Sequence[str]) -> str:
    return " and ".join({"phone": "phones", "email": "mails"}[channel] for channel in channels)

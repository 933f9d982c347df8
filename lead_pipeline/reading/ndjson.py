"""One JSON object a line, as the connectors write them -> rows.

Values become text without a change: numbers keep their digits, nested values stand under their path
(paths.py), lists of plain values are parted by semicolons. The record itself goes along as it was
sent.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pyarrow as pa

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.json_text import storable, storable_json
from lead_pipeline.reading.paths import Number, Pairs, by_path, compact
from lead_pipeline.reading.table import Layout, RejectedRow, RowBatch
from lead_pipeline.reading.tally import Tally
from lead_pipeline.reading.text_source import TextSource

_BATCH_CHARS = 8 * 1024**2
_SEPARATOR = "; "
# With more paths than this an object's members are no columns of a list.
_MOST_PATHS = 2_000


class NdjsonFile:
    """Implements `OpenedFile`. The file is read twice: first for the keys, then for the rows.

    Raises:
        BadFile: `empty` if no line holds an object.
    """

    def __init__(
        self, source: TextSource, tally: Tally, layout: Layout, resources: ExitStack
    ) -> None:
        self._resources = resources
        self._source = source
        self._tally = tally
        self._is_flat = False
        keys = self._paths()
        if len(keys) > _MOST_PATHS:  # objects whose members are values themselves, such as ids
            self._is_flat = True
            keys = self._paths()
        if not keys:
            raise BadFile("empty", "The file has no JSON object with a value.")
        self._keys = keys
        header = tuple(
            key if key.strip() else f"column {number}" for number, key in enumerate(keys, 1)
        )
        self.layout = Layout(
            "ndjson",
            header,
            0,
            layout.encoding,
            container=layout.container,
            problems=layout.problems,
        )

    def batches(self) -> Iterator[RowBatch]:
        lines = self._lines()
        while batch := self._batch(lines):
            yield batch
        if problems := self._tally.problems():
            empty = self._columns([])
            nothing = pa.array([], pa.string())
            yield RowBatch(empty, pa.array([], pa.int64()), problems=problems, sent=nothing)

    def close(self) -> None:
        self._resources.close()

    def _paths(self) -> list[str]:
        """Every path of every record, in the order in which they come."""
        found: dict[str, None] = {}
        for _, line in self._lines():
            row = _parse(line, self._is_flat)
            if isinstance(row, dict):
                found.update(dict.fromkeys(row))
        return list(found)

    def _lines(self) -> Iterator[tuple[int, str]]:
        number = 0
        rest = b""
        for block, final in self._source.blocks():
            lines = (rest + block).split(b"\n")
            rest = b"" if final else lines.pop()
            if final and not lines[-1]:
                lines.pop()
            for line in lines:
                number += 1
                yield number, line.decode().strip()

    def _batch(self, lines: Iterator[tuple[int, str]]) -> RowBatch | None:
        rows: list[dict[str, str | None]] = []
        numbers: list[int] = []
        sent: list[str] = []
        rejected: list[RejectedRow] = []
        blank: list[int] = []
        size = 0
        for number, line in lines:
            size += len(line) + len(self._keys)
            row = _parse(line, self._is_flat) if line else None
            if row is None:
                blank.append(number)
            elif isinstance(row, str):
                rejected.append(RejectedRow(number, "bad_json", row, line))
            elif not any(row.values()):
                blank.append(number)
            else:
                rows.append(row)
                numbers.append(number)
                sent.append(storable_json(line))
            if size > _BATCH_CHARS:
                break
        if not size and not blank:
            return None
        return RowBatch(
            self._columns(rows),
            pa.array(numbers, pa.int64()),
            tuple(rejected),
            tuple(blank),
            sent=pa.array(sent, pa.string()),
        )

    def _columns(self, rows: list[dict[str, str | None]]) -> pa.RecordBatch:
        arrays = [pa.array([row.get(key) for row in rows], pa.string()) for key in self._keys]
        return pa.RecordBatch.from_arrays(arrays, [str(i) for i in range(len(arrays))])


def _parse(line: str, is_flat: bool) -> dict[str, str | None] | str | None:
    """The record of one line as texts by path, or by key where it is to stay flat; a reason if
    there is none; None for a blank line."""
    if not line:
        return None
    try:
        record = _loaded(line, str)
        if not isinstance(record, Pairs):
            return "The line is not a JSON object."
        if any(isinstance(value, list) for _, value in record):
            record = _loaded(line, Number)  # only inside others a number has to be told from a text
            members = list(record if is_flat else by_path(record))
        else:
            members = record
        row = {storable(path): _text(value) for path, value in members}
    except (ValueError, RecursionError) as error:
        return f"The line is not JSON: {error}."
    return row if len(row) == len(members) else "The object names the same key twice."


def _loaded(line: str, number: type[str]) -> Any:
    return json.loads(
        line,
        parse_int=number,
        parse_float=number,
        parse_constant=number,
        object_pairs_hook=Pairs,
    )


def _text(value: object) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return storable(value) or None
    if isinstance(value, list) and not isinstance(value, Pairs) and _is_plain(value):
        return _SEPARATOR.join(filter(None, map(_text, value))) or None
    return storable(compact(value))


def _is_plain(items: list[object]) -> bool:
    return all(item is None or isinstance(item, str | bool) for item in items)

"""One JSON object a line, as the connectors write them -> rows.

Values become text without a change: numbers keep their digits, nested values are compact JSON. The
record itself goes along as it was sent.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pyarrow as pa

from lead_pipeline.errors import BadFile
from lead_pipeline.reading.json_text import storable, storable_json
from lead_pipeline.reading.table import Layout, RejectedRow, RowBatch
from lead_pipeline.reading.tally import Tally
from lead_pipeline.reading.text_source import TextSource

_BATCH_CHARS = 8 * 1024**2


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
        keys: dict[str, None] = {}
        for _, line in self._lines():
            row = _parse(line)
            if isinstance(row, dict):
                keys.update(dict.fromkeys(row))
        if not keys:
            raise BadFile("empty", "The file has no JSON object with a value.")
        self._keys = list(keys)
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
            row = _parse(line) if line else None
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


class _Pairs(list[tuple[str, Any]]):
    """An object's pairs in their order, so that a key named twice is seen."""


def _parse(line: str) -> dict[str, str | None] | str | None:
    """The object of one line as texts; a reason if there is none; None for a blank line."""
    if not line:
        return None
    try:
        pairs = json.loads(
            line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_Pairs
        )
        if not isinstance(pairs, _Pairs):
            return "The line is not a JSON object."
        if any(isinstance(value, list) for _, value in pairs):
            plain = json.loads(line)
            pairs = [
                (key, plain[key] if isinstance(value, list) else value) for key, value in pairs
            ]
    except (ValueError, RecursionError) as error:
        return f"The line is not JSON: {error}."
    row = {storable(key): _text(value) for key, value in pairs}
    return row if len(row) == len(pairs) else "The object names the same key twice."


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return storable(value) or None
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

"""What was wrong with single values, kept beside the rows concerned: field, raw text, code.

Few rows have any, so this is plain Python over those alone.
"""

import json
from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Notes:
    """Notes on the rows of a batch, by position."""

    def __init__(self) -> None:
        self._rows: dict[int, list[dict[str, str]]] = defaultdict(list)

    def add(
        self,
        name: str,
        raw: pa.StringArray,
        codes: pa.StringArray,
        suggestions: pa.StringArray | None = None,
    ) -> None:
        """Note every row with a code: the field, the raw text, and what it may have been."""
        if codes.null_count == len(codes):
            return
        at = pc.indices_nonzero(pc.is_valid(codes))
        suggested = (
            suggestions.take(at).to_pylist() if suggestions is not None else [None] * len(at)
        )
        texts, found = raw.take(at).to_pylist(), codes.take(at).to_pylist()
        for row, text, code, meant in zip(at.to_pylist(), texts, found, suggested, strict=True):
            note = {"field": name, "raw": text, "code": code}
            self._rows[row].append(note | ({"suggestion": meant} if meant else {}))

    def extend(self, others: "Notes") -> None:
        """Take in the notes of others on the same rows."""
        for row, notes in others._rows.items():
            self._rows[row] += notes

    def as_json(self, at: pa.Array, others: "Notes") -> pa.StringArray:
        """The notes of the rows `at`, and those of `others` on them, as JSON; null without any."""
        noted = pa.array(sorted(self._rows.keys() | others._rows.keys()), pa.uint64())
        positions = pc.index_in(noted, at)
        texts: list[str | None] = [None] * len(at)
        for row, position in zip(noted.to_pylist(), positions.to_pylist(), strict=True):
            if position is not None:
                notes = [*self._rows.get(row, ()), *others._rows.get(row, ())]
                texts[position] = _encode(notes)
        return pa.array(texts, pa.string())

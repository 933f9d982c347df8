"""Counts what was noticed while rows were read, told once at the end as problems.

Which rows are affected is not kept, only the first: a file of a million oddities stays one line.
"""

from lead_pipeline.reading.table import Problem

_MESSAGES = {
    "short_rows": "{n} row(s) had fewer cells than the header; the missing ones are empty.",
    "stray_quote": "{n} row(s) had quotes that fit no rule; they were read as plain characters "
    "where that gives the right number of cells.",
    "unterminated_quote": "{n} row(s) had a quote that is never closed; it was read as a plain "
    "character so that it could not swallow the rows after it.",
    "other_delimiter": "{n} row(s) used another delimiter than the rest of the file.",
    "unquoted_delimiter": "{n} row(s) had the delimiter inside a cell without quotes (Doe, Ann); "
    "its parts were put together again.",
    "missing_delimiter": "{n} row(s) had no delimiter before a quoted cell; it was put there, as "
    "that gives the right number of cells.",
    "nul_removed": "{n} NUL character(s) were taken out: a database cannot hold them.",
    "damaged_text": "{n} byte(s) do not fit the encoding of the file; they were read as "
    "Windows-1252 or marked with the replacement character.",
    "double_encoded": "{n} place(s) were encoded twice (such as Ã© for é) and were put right, "
    "because turning them back is exact.",
    "control_characters": "{n} control character(s) were read as the characters that Windows-1252 "
    "has in their place.",
    "curly_quotes": "{n} cell(s) stood in curly quotes, which were read as plain ones.",
    "lost_digits": "{n} number(s) have more than 15 digits, which the spreadsheet has rounded; "
    "ask for the file as CSV or with these cells as text.",
}


class Tally:
    """How often each oddity was met, and in which row first."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int | None]] = {}

    def note(self, code: str, row: int | None = None, times: int = 1) -> None:
        count, first = self._seen.get(code, (0, row))
        self._seen[code] = (count + times, first)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            Problem(code, _MESSAGES[code].format(n=count), row=row)
            for code, (count, row) in sorted(self._seen.items())
        )

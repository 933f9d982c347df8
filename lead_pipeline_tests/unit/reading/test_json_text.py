"""Records as they were sent, but for what no database can hold."""

import json

import pytest

from lead_pipeline.reading.json_text import storable_json


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "b": [1.0, -2e10, {"c": null}], "d": true}',
     '{"n": 1e400, "m": 12345678901234567890.10}',
     '{"face": "\\ud83d\\ude00"}', '{"said": "NaN, \\"Infinity\\", 1e99999 and \\\\u0000"}', "{}"],
)  # fmt: skip
def test_what_a_database_can_hold_is_left_byte_for_byte(text: str) -> None:
    assert storable_json(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [('{"a": "x\\u0000y", "b":1}', '{"a": "xy", "b":1}'),
     ('{"a\\u0000": "\\ud800!"}', '{"a": "\ufffd\ufffd\ufffd!"}'),
     ('{"a": NaN, "b": [-Infinity, 1.5]}', '{"a": "NaN", "b": ["-Infinity", 1.5]}'),
     ('{"a": 1e99999, "b": 1E-20000}', '{"a": "1e99999", "b": "1E-20000"}')],
)  # fmt: skip
def test_what_it_cannot_hold_is_mended_as_in_cells_or_kept_as_text(text: str, kept: str) -> None:
    assert storable_json(text) == kept


def test_a_number_longer_than_any_is_kept_as_text() -> None:
    digits = "7" * 200_000
    assert storable_json(f'{{"a":{digits},"b":2}}') == json.dumps(
        {"a": digits, "b": 2}, separators=(",", ":")
    )

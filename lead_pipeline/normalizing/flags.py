"""Reads the cells of flag columns: which channel of which contact a file takes away, and its words.

Which columns are flags, and what their words mean, is data of fields/flags.toml.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.flags import EMAIL, PHONE, Flag, Words
from lead_pipeline.normalizing.contacts import Group, first_valid
from lead_pipeline.normalizing.flag_cells import normalize_flags, speaking
from lead_pipeline.normalizing.joining import join_present
from lead_pipeline.normalizing.notes import Notes
from lead_pipeline.reading.cell_text import tidy_text

_NULL = pa.scalar(None, pa.string())


def read_flags(
    columns: Mapping[str, pa.Array], groups: Sequence[Group], flags: Sequence[Flag], rows: int
) -> tuple[list[pa.StringArray], Notes]:
    """For each contact group what the rows' flags take from it, as JSON; null where nothing.

    A list of objects with `channel`, `flag`, `said` (header and cell), and `value` where one phone
    is meant; without it every phone or mail of the contact is. The notes tell of flags that met
    nothing: `idle_flag`, whatever they are for does not stand in their row.
    """
    facts: list[list[pa.StringArray]] = [[] for _ in groups]
    idle = Notes()
    for flag in flags:
        cells = _cells(columns, flag, rows)
        if cells.null_count == rows:
            continue  # common in wide exports
        if flag.by_cell and not speaking(cells, flag.kinds).true_count:
            continue  # one look for all kinds, since nearly all columns say nothing of any
        for kind in flag.kinds:
            marked = speaking(cells, (kind,)) if flag.by_cell else normalize_flags(cells)
            marked = pc.fill_null(marked, False)
            if not marked.true_count:
                continue
            lost = pc.and_not(marked, _meets(flag, kind, groups, rows))
            if lost.true_count:
                idle.add(flag.header, cells, pc.if_else(lost, "idle_flag", _NULL))
            said = _said(flag.header, pc.if_else(marked, cells, _NULL))
            for group, found in zip(groups, facts, strict=True):
                found += _facts(flag, kind, said, group)
    told = [
        pc.binary_join_element_wise("[", join_present(found, ","), "]", "")
        if found
        else pa.nulls(rows, pa.string())
        for found in facts
    ]
    return told, idle


def _meets(flag: Flag, kind: Words, groups: Sequence[Group], rows: int) -> pa.BooleanArray:
    """Whether something that the flag is for stands in the row, whoever has it."""
    slots = [slot for group in groups for slot in group.slots]
    meant = [slot for slot in slots if slot.fields.number in flag.phones or not flag.phones]
    values = [slot.phones.e164 for slot in meant] if PHONE in kind.channels else []
    if EMAIL in kind.channels:
        values += [mail.address for group in groups for mail in group.emails]
    return first_valid(values, rows).is_valid()


def _facts(flag: Flag, kind: Words, said: pa.StringArray, group: Group) -> Iterator[pa.StringArray]:
    if EMAIL in kind.channels:
        yield _fact(EMAIL, kind.flag, said)
    if PHONE in kind.channels and not flag.phones:
        yield _fact(PHONE, kind.flag, said)
    elif PHONE in kind.channels:
        for slot in group.slots:
            if slot.fields.number in flag.phones:
                for numbers in slot.numbers:
                    yield _fact(PHONE, kind.flag, said, numbers)


def _fact(
    channel: str, flag: str, said: pa.StringArray, value: pa.StringArray | None = None
) -> pa.StringArray:
    start = f'{{"channel":"{channel}","flag":"{flag}","said":'
    if value is None:
        return pc.binary_join_element_wise(start, said, "}", "")
    return pc.binary_join_element_wise(start, said, ',"value":"', value, '"}', "")


def _said(header: str, cells: pa.StringArray) -> pa.StringArray:
    """Header and cell as a JSON string."""
    encoded = tidy_text(cells).dictionary_encode()
    texts = [json.dumps(f"{header}: {cell}") for cell in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _cells(columns: Mapping[str, pa.Array], flag: Flag, rows: int) -> pa.StringArray:
    if not flag.in_extra:
        return columns[flag.source]
    extra = columns.get("extra", pa.nulls(rows, pa.string()))
    # Inside a value every quote is escaped, so that this can only be a member's name. The database
    # writes a blank behind the colon.
    name = re.escape(json.dumps(flag.source, ensure_ascii=False))
    found = pc.struct_field(
        pc.extract_regex(extra, name + r': ?(?P<cell>"(?:[^"\\]|\\.)*")'), "cell"
    ).dictionary_encode()
    texts = [json.loads(text) if text else None for text in found.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(found.indices)

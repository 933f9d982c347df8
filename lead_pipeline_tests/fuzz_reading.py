"""A fuzzer for `lead_pipeline.reading`, for as long as one likes: mutated files, no crash, no loss.

    python -m lead_pipeline_tests.fuzz_reading --minutes 60 [--seed N]

Each file must be read or refused with `BadFile` within seconds; its record numbers must run from 1
without a gap or a double; and every word of the text must turn up in a cell, a rejected row, the
header or what stands above it. A file that breaks a rule is kept beside the seed that made it.
"""

import argparse
import faulthandler
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from lead_pipeline.errors import BadFile
from lead_pipeline.reading import OpenedFile, RowBatch, open_lead_file

_HANG_SECONDS = 30
_WORD = re.compile(r"[a-z]{3}\d{4}")
_PIECES = [
    b'"', b"'", b"\\", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b" ", b"\0", b'""', b'","',
    b'"\n"', b",,,", b"\xef\xbb\xbf", b"\xff", b"\xe9", b"\xc3\xa9", b"\xc3\x83\xc2\xa9", b"\x01",
    b"sep=;\n", b"Total,,,9\n", b'"x\n', b"\x1a", b"=",
]  # fmt: skip


def make_file(rng: random.Random) -> bytes:
    """A list of leads in a random dialect, where every value is a word of its own."""
    width, height = rng.choice([1, 2, 3, 5, 9, 40]), rng.choice([0, 1, 2, 5, 30, 300])
    delimiter = rng.choice([",", ",", ";", "\t", "|", "||", ":", " "])
    line_end = rng.choice(["\n", "\r\n", "\r"])
    quoting = rng.choice(["none", "some", "all"])
    words = iter(_words(rng))
    lines = [
        delimiter.join(_cell(rng, next(words), quoting, delimiter, line_end) for _ in range(width))
        for _ in range(height + 1)
    ]
    return line_end.join(lines).encode()


def _words(rng: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=3)) + f"{i:04d}" for i in range(15_000)]


def _cell(rng: random.Random, word: str, quoting: str, delimiter: str, line_end: str) -> str:
    if quoting == "none" or (quoting == "some" and rng.random() < 0.7):
        return word
    inside = rng.choice(["", "", delimiter, '""', line_end, " é"])
    return f'"{word}{inside}"'


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Some random damage: bytes put in, taken out, doubled or moved."""
    for _ in range(rng.choice([0, 1, 1, 2, 5, 20])):
        at = rng.randrange(len(data) + 1)
        action = rng.random()
        if action < 0.7:
            data = data[:at] + rng.choice(_PIECES) + data[at:]
        elif action < 0.9:
            data = data[:at] + data[at + rng.choice([1, 1, 2, 30]) :]
        else:
            data = data[:at] + data[max(0, at - 50) : at] + data[at:]
    return data


def repart(rng: random.Random, data: bytes) -> bytes:
    """Sometimes one line, often the header, with another delimiter than the others."""
    lines = data.splitlines(keepends=True)
    if not lines or rng.random() < 0.85:
        return data
    at = rng.choice([0, rng.randrange(len(lines))])
    lines[at] = re.sub(rb"\|\||[,;\t|: ]", rng.choice([b",", b";", b"\t", b"|", b" "]), lines[at])
    return b"".join(lines)


def transcode(rng: random.Random, data: bytes) -> bytes:
    """Sometimes the same text in UTF-16; damage amid its pairs of bytes is beyond repair."""
    if rng.random() < 0.8:
        return data
    try:
        return data.decode().encode(rng.choice(["utf-16", "utf-16-le", "utf-16-be"]))
    except UnicodeDecodeError:
        return data


def check_file(path: Path, text: str) -> str | None:
    """What is wrong with how a file that holds `text` is read, or None."""
    try:
        opened = open_lead_file(path, path.name)
    except BadFile:
        return None
    try:
        batches = list(opened.batches())
    except BadFile:
        return None
    finally:
        opened.close()
    return _misnumbered(opened, batches) or _lost_words(text, opened, batches)


def _misnumbered(opened: OpenedFile, batches: list[RowBatch]) -> str | None:
    layout = opened.layout
    numbers = [p.row for p in layout.problems if p.code in ("preamble", "sep_line")]
    numbers += [layout.header_row] if layout.header_row else []
    for batch in batches:
        numbers += batch.numbers.to_pylist()
        numbers += [row.number for row in batch.rejected]
        numbers += batch.blank
    if sorted(n or 0 for n in numbers) != list(range(1, len(numbers) + 1)):
        doubles = [n for n, times in Counter(numbers).items() if times > 1]
        return f"record numbers are not 1 to {len(numbers)}: doubles {doubles[:5]}"
    return None


def _lost_words(text: str, opened: OpenedFile, batches: list[RowBatch]) -> str | None:
    told = [*opened.layout.header, *(p.message for p in opened.layout.problems)]
    for batch in batches:
        told += [row.raw for row in batch.rejected]
        for column in batch.cells.columns:
            told += [cell for cell in column.to_pylist() if cell]
    missing = Counter(_WORD.findall(text)) - Counter(_WORD.findall("\n".join(told)))
    return f"words lost: {list(missing)[:5]}" if missing else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * 60
    folder = Path(tempfile.mkdtemp(prefix="fuzz-reading-"))
    path = folder / "file.csv"
    runs = failures = 0
    while time.monotonic() < end:
        seed = arguments.seed + runs
        rng = random.Random(seed)
        plain = mutate(rng, repart(rng, make_file(rng)))
        text = plain.decode("utf-8", "replace").replace("\0", "")
        data = transcode(rng, plain)
        path.write_bytes(data)
        faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True)
        fault = check_file(path, text)
        faulthandler.cancel_dump_traceback_later()
        runs += 1
        if fault:
            failures += 1
            kept = folder / f"seed-{seed}.csv"
            kept.write_bytes(data)
            sys.stdout.write(f"{kept}: {fault}\n")
    sys.stdout.write(f"{runs} files from seed {arguments.seed}, {failures} failures\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

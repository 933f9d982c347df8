"""How fast a big do-not-call list loads and an import is checked against it.

    python benchmarks/suppression.py [--numbers 5000000] [--phones 252000] [--json]

The list is one of `area code,number` lines, loaded once as a new list, once more as the next
version of the same, each time in a process of its own; beside it stands a bare COPY of the same
numbers into a table without an index. Then the phones of an import, of which 3 % are listed, are
checked against it and four small lists. The server is an embedded one with its usual settings.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lead_pipeline.database import Connection, connect
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.suppression.check import suppress
from lead_pipeline.suppression.load import Order, load_list

PHONES = 252_000  # of the narrow file of 48 MB
_HITS = 0.03
_SMALL_LISTS = 4
_SMALL = 20_000
# The tables that an import fills for the check, beside the place of the contact.
_CONTACTS = {
    "contact_keys": "kind match_kind, value text",
    "contact_flags": "channel text, value text, flag text, said text",
    "contact_campaigns": "campaign text",
}


def measure(numbers: int, phones: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listed = _numbers(numbers, seed=1)
        server = EmbeddedPostgres(folder / "home")
        server.start()
        try:
            settings = Settings(
                folder, server.url, embedded=False, bucket_url=name,
                database_owner_url=server.owner_url,
            )  # fmt: skip
            upgrade_schema(settings)
            bare = min(_bare_copy(server.owner_url, listed) for _ in range(2))
            first = _load(server.url, _write(folder / "list.txt", listed), "national")
            listed[: numbers // 100] = _numbers(numbers // 100, seed=2)
            again = _load(server.url, _write(folder / "list.txt", listed), "national")
            for i in range(_SMALL_LISTS):
                small = _write(folder / "small.txt", _numbers(_SMALL, seed=10 + i))
                _load(server.url, small, f"state {i}")
            checks = [_check(server.url, phones, listed) for _ in range(3)]
        finally:
            server.stop()
    return {
        "numbers": numbers,
        "bare_copy_seconds": round(bare, 2),
        "load_seconds": round(first["seconds"], 2),
        "load_numbers_per_second": round(numbers / first["seconds"]),
        "load_peak_megabytes": first["megabytes"],
        "load_times_bare_copy": round(first["seconds"] / bare, 1),
        "next_version_seconds": round(again["seconds"], 2),
        "next_version_peak_megabytes": again["megabytes"],
        "phones": phones,
        "lists": _SMALL_LISTS + 2,
        "hits": checks[0][1],
        "check_seconds": round(min(seconds for seconds, _ in checks), 2),
    }


def _numbers(count: int, seed: int) -> list[int]:
    """Distinct ten-digit numbers of the North American plan's shape, sorted as registries do."""
    dice = random.Random(seed)
    return [
        (200 + one // 8_000_000) * 10_000_000 + 2_000_000 + one % 8_000_000
        for one in sorted(dice.sample(range(800 * 8_000_000), count))
    ]


def _write(path: Path, numbers: list[int]) -> Path:
    with path.open("w") as file:
        file.writelines(f"{n // 10_000_000},{n % 10_000_000:07}\n" for n in numbers)
    return path


def _bare_copy(url: str, numbers: list[int]) -> float:
    text = "".join(f"1{n}\n" for n in numbers).encode()
    start = time.perf_counter()
    with connect(url) as session:
        session.execute("CREATE TABLE bare (number bigint)")
        with session.cursor().copy("COPY bare FROM STDIN") as copy:
            for block in range(0, len(text), 1 << 20):
                copy.write(text[block : block + (1 << 20)])
    seconds = time.perf_counter() - start
    with connect(url) as session:
        session.execute("DROP TABLE bare")
    return seconds


def _load(url: str, path: Path, name: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--load", url, str(path), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _load_here(url: str, path: str, name: str) -> dict[str, float]:
    start = time.perf_counter()
    with connect(url, autocommit=True) as session:
        load_list(session, Path(path), Order(name, kind="national"), "US")
    return {"seconds": time.perf_counter() - start, "megabytes": _peak_megabytes()}


def _peak_megabytes() -> int:
    """Of this process alone; getrusage also counts what it was forked from."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def _check(url: str, phones: int, listed: list[int]) -> tuple[float, int]:
    dice = random.Random(3)
    with connect(url) as session:
        row = session.execute(
            "INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,"
            " original_filename, hash) VALUES ('a', 'a', 'a', 1, now(), 'a', 'a')"
            " RETURNING import_id"
        ).fetchone()
        assert row is not None
        _fill_keys(session, _phones(phones, listed, dice))
        start = time.perf_counter()
        checked = suppress(session, row["import_id"])
        seconds = time.perf_counter() - start
        session.rollback()
    return seconds, sum(one.hits for one in checked)


def _phones(count: int, listed: list[int], dice: random.Random) -> Iterator[int]:
    for other in _numbers(count, seed=4):
        yield dice.choice(listed) if dice.random() < _HITS else other


def _fill_keys(session: Connection, phones: Iterator[int]) -> None:
    for name, columns in _CONTACTS.items():
        session.execute(
            f"CREATE TEMPORARY TABLE {name}"
            f" (row_number bigint, contact_number smallint, {columns}) ON COMMIT DROP"
        )
    shuffled = list(phones)
    random.Random(5).shuffle(shuffled)
    with session.cursor().copy("COPY contact_keys FROM STDIN") as copy:
        for row, phone in enumerate(shuffled, 2):
            copy.write_row((row, 1, "phone", f"+1{phone}"))


def table(result: dict[str, float]) -> Iterator[str]:
    return (f"{name.replace('_', ' ')}: {value:,}" for name, value in result.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, default=5_000_000)
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--load", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        print(json.dumps(_load_here(*options.load)))
        return
    result = measure(options.numbers, options.phones)
    print(json.dumps(result) if options.json else "\n".join(table(result)))


if __name__ == "__main__":
    main()

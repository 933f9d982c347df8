"""How fast and in how much memory a list is read, beside others who read the same file.

    python -m benchmarks.reading [--rows 210500] [--json] [FILE...]

Everybody reads every cell as text, in a process of its own. Without FILE, invented leads are
written: narrow (22 columns) plain and fully quoted, and wide (148 columns).
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_REPEATS = 3


def with_lead_pipeline(path: Path) -> int:
    from lead_pipeline.reading import open_lead_file

    opened = open_lead_file(path, path.name)
    try:
        return sum(batch.cells.num_rows for batch in opened.batches())
    finally:
        opened.close()


def with_pyarrow(path: Path) -> int:
    import pyarrow as pa
    from pyarrow import csv

    with csv.open_csv(path) as head:
        names = head.schema.names
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    with csv.open_csv(path, convert_options=convert) as reader:
        return sum(batch.num_rows for batch in reader)


def with_pandas(path: Path) -> int:
    pandas = importlib.import_module("pandas")
    return len(pandas.read_csv(path, dtype=str, keep_default_na=False))


def with_duckdb(path: Path) -> int:
    duckdb = importlib.import_module("duckdb")
    query = f"select * from read_csv('{path}', all_varchar=true)"
    reader = duckdb.sql(query).to_arrow_reader(50_000)
    return sum(batch.num_rows for batch in reader)


PEERS: dict[str, Callable[[Path], int]] = {
    "lead_pipeline": with_lead_pipeline,
    "pyarrow": with_pyarrow,
    "pandas": with_pandas,
    "duckdb": with_duckdb,
}


def measure(peer: str, path: Path) -> dict[str, object]:
    """The best of some runs in one fresh process."""
    command = [sys.executable, "-m", "benchmarks.reading", "--peer", peer, str(path)]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    found = {"file": path.name, "peer": peer, "megabytes": path.stat().st_size / 1e6}
    if child.returncode:
        return found | {"note": child.stderr.strip().splitlines()[-1][:80]}
    told: dict[str, object] = json.loads(child.stdout)
    return found | told


def measure_here(peer: str, path: Path) -> dict[str, object]:
    import resource

    seconds = []
    rows = 0
    for _ in range(_REPEATS):
        start = time.perf_counter()
        rows = PEERS[peer](path)
        seconds.append(time.perf_counter() - start)
    best = min(seconds)
    return {
        "rows": rows,
        "seconds": round(best, 3),
        "megabytes_per_second": round(path.stat().st_size / 1e6 / best),
        "rows_per_second": round(rows / best),
        "resident_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def write_files(folder: Path, rows: int) -> list[Path]:
    """Invented leads in three shapes."""
    narrow = ["id", "first_name", "last_name", "email", "phone_1", "city", "state", "notes"]
    narrow += [f"field_{i}" for i in range(14)]
    wide = ["name", "email", *(f"field_{i}" for i in range(146))]
    shapes = {"narrow": (narrow, rows, ""), "quoted": (narrow, rows, '"'), "wide": (wide, rows, "")}
    return [
        _write(
            folder / f"{name}.csv", header, count if name != "wide" else count * 61 // 210, quote
        )
        for name, (header, count, quote) in shapes.items()
    ]


def _write(path: Path, header: list[str], rows: int, quote: str) -> Path:
    between = f"{quote},{quote}"
    with path.open("w") as file:
        file.write(f"{quote}{between.join(header)}{quote}\n")
        for i in range(rows):
            cells = [f"L{i:07d}", "Ava", "Stone", f"ava{i}@example.com", f"202555{i % 10000:04d}"]
            cells += [f"value {i % 97}" if j % 3 else "" for j in range(len(header) - 5)]
            file.write(f"{quote}{between.join(cells)}{quote}\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=210_500)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        print(json.dumps(measure_here(arguments.peer, arguments.files[0])))
        return
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.files or write_files(Path(folder), arguments.rows)
        results = [measure(peer, path) for path in files for peer in PEERS]
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{'file':14}{'reader':15}{'MB':>7}{'s':>8}{'MB/s':>7}{'rows/s':>11}{'MB resident':>13}")
    for r in results:
        print(f"{r['file']:14}{r['peer']:15}{r['megabytes']:7.1f}", end="")
        if "note" in r:
            print(f"  skipped: {r['note']}")
        else:
            print(
                f"{r['seconds']:8.3f}{r['megabytes_per_second']:7}{r['rows_per_second']:11,}"
                f"{r['resident_megabytes']:13}"
            )


if __name__ == "__main__":
    main()

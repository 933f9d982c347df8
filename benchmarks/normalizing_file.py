"""How fast the whole narrow file is normalised, beside the libraries called row by row.

    python benchmarks/normalizing_file.py [--rows 210500] [--json]

The file is that of generate.py (22 columns, about 252,000 phones in 210,500 rows, 50 MB). Ours does
all there is to do: every column typed, contacts unfolded and judged, tags, problems. The libraries
do their part alone: phonenumbers for the phones, email-validator for the mails, nameparser for the
names, scourgify for the streets. Phones and mails are also measured alone on both sides.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
from generate import write_leads
from nameparser import HumanName
from normalizing import _email_by_row, _phone_by_row, _street_by_row

from lead_pipeline.imports.fill import map_batches
from lead_pipeline.imports.plans import plan_for
from lead_pipeline.imports.staging import stage
from lead_pipeline.imports.survey import Survey
from lead_pipeline.normalizing.emails import normalize_emails
from lead_pipeline.normalizing.phones import normalize_phones
from lead_pipeline.normalizing.rows import normalize_rows
from lead_pipeline.reading import open_lead_file
from lead_pipeline.settings import read_settings


def measure(rows: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        write_leads(path, rows, seed=1)
        file = open_lead_file(path, path.name)
        survey, batches = Survey(file.layout), []
        for batch, mapping in map_batches(file):
            survey.add(batch, mapping)
            batches.append(stage(batch, mapping))
    plan = plan_for(survey.mapping.profile, file.layout.kind, survey.columns(), read_settings({}))

    def ours() -> None:
        for staged in batches:
            arrays = {name: _whole(staged[name]) for name in staged.column_names}
            normalize_rows(arrays, arrays.pop("row_number"), plan)

    table = pa.concat_tables(batches)
    cells = {name: [c for c in table[name].to_pylist() if c] for name in table.column_names}
    phones = [*cells["phone_1"], *cells.get("phone_2", [])]
    names = zip(table["first_name"].to_pylist(), table["last_name"].to_pylist(), strict=True)
    reach = _seconds(_each(_phone_by_row, phones)) + _seconds(_each(_email_by_row, cells["email"]))
    rest = _seconds(_each(lambda name: HumanName(name).first, [f"{a} {b}" for a, b in names]))
    rest += _seconds(_each(_street_by_row, cells["address_1"]))
    by_column = min(_seconds(ours) for _ in range(3))
    numbers, mails = pa.array(phones), pa.array(cells["email"])
    alone = min(
        _seconds(lambda: (normalize_phones(numbers), normalize_emails(mails))) for _ in range(3)
    )
    return {
        "rows": rows,
        "phones": len(phones),
        "whole_file_seconds": round(by_column, 2),
        "phones_and_mails_seconds": round(alone, 2),
        "phones_and_mails_by_row_seconds": round(reach, 2),
        "four_libraries_by_row_seconds": round(reach + rest, 2),
        "phones_and_mails_times_faster": round(reach / alone, 1),
        "whole_file_times_faster": round((reach + rest) / by_column, 1),
    }


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks)


def _each(work: Callable[[str], object], values: Iterable[str]) -> Callable[[], object]:
    return lambda: [work(value) for value in values]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=210_500)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.rows)
    lines = (f"{name.replace('_', ' ')}: {value:,}" for name, value in result.items())
    print(json.dumps(result) if options.json else "\n".join(lines))


if __name__ == "__main__":
    main()

"""What imports load when they first need it, loaded once for all workers of a warm process.

Nothing is kept here: tables of names, places and numbers stay with the modules that read them.
"""

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from lead_pipeline.imports.preview import DryRun
from lead_pipeline.settings import load_settings
from lead_pipeline.stack.demo import demo_files


def warm_up() -> None:
    """Read, map and normalise the sample files, which writes nothing and connects to nothing.

    They are read as ndjson: the reader of CSV starts threads, which no process that forks may have.
    """
    with TemporaryDirectory() as folder:
        for number, (_, sample) in enumerate(demo_files()):
            path = Path(folder, f"{number}.ndjson")
            with sample.open(encoding="utf-8-sig", newline="") as source:
                path.write_text("\n".join(map(json.dumps, csv.DictReader(source, restkey="rest"))))
            for _row in DryRun(path, load_settings()).rows(None):
                pass

"""Sample files of invented people, to see the pipeline work without a list of one's own.

Only the files and the keys under which `lead-pipeline up --demo` drops them into the bucket.
"""

from collections.abc import Iterator
from pathlib import Path

from lead_pipeline.bucket import Bucket

_FILES = {
    "Harbor Data/property_export.csv": "property_export.csv",
    "LeadConduit/leadconduit.csv": "leadconduit.csv",
    "Acme Leads/web_leads.csv": "web_leads.csv",
}


def demo_files() -> list[tuple[str, Path]]:
    """The key in the bucket (its folder is the supplier) and the path of every sample file."""
    return [(key, Path(__file__).parent / name) for key, name in _FILES.items()]


def drop_demo_files(bucket: Bucket) -> Iterator[str]:
    """Put the sample files into the bucket, but for those that are there; yields their keys."""
    there = bucket.keys()
    for key, path in demo_files():
        if key not in there:
            yield bucket.put(path, key).key

"""What years of use leave behind, filled in by SQL: completed imports, their partitions and runs.

Nothing of Dagster is called, and no file is there: only what a tick could stumble over.
"""

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site


def content(number: int) -> bytes:
    """What the file `old/<number>.csv` would hold; all were last changed at `CHANGED`."""
    return b"%d" % number


CHANGED = 1_767_225_600  # seconds since 1970: 2026-01-01 in UTC
_IMPORTS = """
INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at, sha256,
                          original_filename, hash, status, completed_at)
SELECT 'old_' || n, 'old/' || n || '.csv', tag, length(n::text), to_timestamp(%(changed)s), tag,
       n || '.csv', left(tag, 12), 'completed', to_timestamp(%(changed)s)
FROM generate_series(1, %(count)s) AS n, encode(sha256(n::text::bytea), 'hex') AS tag
"""
_PARTITIONS = """
INSERT INTO dagster.dynamic_partitions (partitions_def_name, partition)
SELECT 'imports', 'old_' || n FROM generate_series(1, %(count)s) AS n
"""
_RUNS = """
INSERT INTO dagster.runs (run_id, pipeline_name, status, run_body)
SELECT 'run ' || n, 'import_leads', 'SUCCESS', '{}' FROM generate_series(1, %(count)s) AS n
"""
_RUN_TAGS = """
INSERT INTO dagster.run_tags (run_id, key, value)
SELECT 'run ' || n, key, value
FROM generate_series(1, %(count)s) AS n, LATERAL (VALUES
    ('dagster/partition', 'old_' || n), ('dagster/run_key', 'old_' || n || ':' || n || ':1'))
    AS tag (key, value)
"""


def fill(site: Site, count: int) -> None:
    """Fill the site's database, in which Dagster's own tables are made already."""
    with connect(site.settings.owner_url, autocommit=True) as session:
        for statement in (_IMPORTS, _PARTITIONS, _RUNS, _RUN_TAGS):
            session.execute(statement, {"count": count, "changed": CHANGED})
        session.execute("VACUUM ANALYZE")  # as autovacuum does within a minute

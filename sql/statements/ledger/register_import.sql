-- Enter a file version into the ledger; one whose content is already there becomes a duplicate, one
-- whose name cannot be used is rejected. What failed or was rejected brought nothing: it is no twin.
-- Safe to run again: a version that is known stays as it is, and no row comes back; but one that
-- was gone when it was to be read, and is listed again, gets another attempt. What was said when it
-- was dropped goes along; mended rows count as of the time of the file that they were in.
WITH twin AS (
    SELECT import_id, object_key, status FROM lead_sources
    WHERE status NOT IN ('duplicate', 'undone', 'failed', 'rejected') AND %(fault)s::text IS NULL
      AND (object_key, version_tag) <> (%(object_key)s, %(version_tag)s)
      AND (partition_key = %(partition_key)s
           OR sha256 = %(sha256)s
           OR (version_tag = %(version_tag)s AND bytes = %(bytes)s))
    ORDER BY import_id LIMIT 1),
seller AS (
    INSERT INTO suppliers (supplier) SELECT %(supplier)s::text WHERE %(supplier)s::text IS NOT NULL
    ON CONFLICT DO NOTHING),
said AS (
    SELECT coalesce(q.cost_per_lead, o.cost_per_lead, t.price) AS cost_per_lead,
           coalesce(o.is_cost_stated, q.cost_per_lead IS NOT NULL) AS is_cost_stated,
           coalesce(o.terms_id, t.terms_id) AS terms_id,
           coalesce(q.force_refresh, false) AS force_refresh, q.retry_of,
           coalesce(o.modified_at, %(modified_at)s) AS modified_at
    FROM (SELECT) AS one
    LEFT JOIN drop_requests AS q ON q.object_key = %(object_key)s
    LEFT JOIN lead_sources AS o ON o.import_id = q.retry_of
    LEFT JOIN LATERAL terms_on(%(supplier)s, here(%(modified_at)s)) AS t ON true)
INSERT INTO lead_sources (
    partition_key, object_key, version_tag, bytes, modified_at, sha256, original_filename, hash,
    supplier, cost_per_lead, is_cost_stated, terms_id, force_refresh, retry_of, status, duplicate_of, completed_at,
    error_code, error)
SELECT CASE WHEN twin.import_id IS NULL AND %(fault)s::text IS NULL THEN %(partition_key)s END,
       %(object_key)s, %(version_tag)s, %(bytes)s, said.modified_at, %(sha256)s,
       %(original_filename)s, %(hash)s, %(supplier)s,
       said.cost_per_lead, said.is_cost_stated, said.terms_id, said.force_refresh, said.retry_of,
       CASE WHEN twin.import_id IS NOT NULL THEN 'duplicate'
            WHEN %(fault)s::text IS NOT NULL THEN 'rejected' ELSE 'waiting' END,
       twin.import_id,
       CASE WHEN twin.import_id IS NOT NULL OR %(fault)s::text IS NOT NULL THEN now() END,
       CASE WHEN twin.import_id IS NOT NULL THEN 'duplicate'
            WHEN %(fault)s::text IS NOT NULL THEN %(fault_code)s END,
       CASE WHEN twin.import_id IS NOT NULL THEN format('the same bytes as import %%s (%%s), which is %%s',
              twin.import_id, twin.object_key, twin.status) ELSE %(fault)s::text END
FROM said LEFT JOIN twin ON true
ON CONFLICT (object_key, version_tag) WHERE status <> 'undone' DO UPDATE
SET status = excluded.status, duplicate_of = excluded.duplicate_of,
    completed_at = excluded.completed_at, error_code = excluded.error_code, error = excluded.error,
    attempt = lead_sources.attempt + 1, faults = 0, outages = lead_sources.outages + 1
WHERE lead_sources.error_code = 'object_gone' AND lead_sources.outages < 300
RETURNING *

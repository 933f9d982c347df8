-- The original's rejected rows that this import has brought are done. Safe to run again.
UPDATE rejected_leads AS r SET retried_by = {import_id}
WHERE r.import_id = %(retry_of)s AND r.retried_by IS NULL
  AND r.row_number IN (
    SELECT (l.extra ->> '_row')::bigint
    FROM {leads} AS l JOIN {normalized} AS n ON n.original_lead_id = l.row_number
    WHERE l.extra ->> '_row' ~ '^\s*\d{{1,18}}\s*$')

-- Imports of mended rows of this one, and of their own rejected rows, that count or still might; the
-- newest first, so that each stands before the one that it mends. Read only.
WITH RECURSIVE retries AS (
    SELECT import_id, status FROM lead_sources WHERE retry_of = %(import_id)s
    UNION
    SELECT s.import_id, s.status FROM lead_sources AS s JOIN retries AS r ON s.retry_of = r.import_id)
SELECT import_id FROM retries
WHERE status IN ('waiting', 'loaded', 'normalized', 'archived', 'completed')
ORDER BY import_id DESC

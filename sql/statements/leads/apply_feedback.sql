-- Attempts and status of the leads that an import of feedback is of, each change noted. The latest
-- disposition sets the status, unless a later one, or a person since, has set it.
WITH told AS (
    SELECT lead_id, count(*) FILTER (WHERE is_attempt) AS attempts,
           max(at) FILTER (WHERE disposition IS NOT NULL AND NOT is_repeated) AS at,
           (array_agg(left(disposition, 100) ORDER BY at DESC, row_number DESC)
               FILTER (WHERE disposition IS NOT NULL AND NOT is_repeated))[1] AS status
    FROM lead_feedback WHERE import_id = %(import_id)s GROUP BY 1),
before AS (
    SELECT l.lead_id, l.status AS old_status, l.total_attempts AS old_attempts,
           least(l.total_attempts + t.attempts, %(most)s)::integer AS attempts,
           CASE WHEN EXISTS (
                    SELECT FROM lead_feedback AS f
                    WHERE f.lead_id = l.lead_id AND f.import_id <> %(import_id)s
                      AND f.disposition IS NOT NULL AND f.at > t.at)
                  OR EXISTS (
                    SELECT FROM lead_changes AS c
                    WHERE c.lead_id = l.lead_id AND c.field = 'status' AND c.changed_at > t.at
                      AND c.changed_by NOT LIKE 'feedback import %%'
                      AND c.changed_by NOT LIKE 'undo of feedback import %%')
                THEN l.status ELSE coalesce(t.status, l.status) END AS status
    FROM leads_master AS l JOIN told AS t USING (lead_id)
    ORDER BY l.lead_id FOR NO KEY UPDATE OF l),
changed AS (
    UPDATE leads_master AS l SET status = b.status, total_attempts = b.attempts
    FROM before AS b
    WHERE l.lead_id = b.lead_id AND (b.status, b.attempts) <> (b.old_status, b.old_attempts))
INSERT INTO lead_changes (lead_id, changed_by, field, old_value, new_value)
SELECT lead_id, %(who)s, field, old_value, new_value
FROM before CROSS JOIN LATERAL (VALUES
    ('status', old_status, status),
    ('total_attempts', old_attempts::text, attempts::text)) AS one (field, old_value, new_value)
WHERE old_value <> new_value
ORDER BY lead_id, field

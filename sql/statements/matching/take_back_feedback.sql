-- What an import of feedback said is gone: attempts that it counted, returns, and its status where it was
-- the last to set one (the last word that still counts is the status again). Who opted out stays so.
WITH gone AS (
    DELETE FROM lead_feedback WHERE import_id = %(import_id)s RETURNING lead_id, is_attempt),
returns AS (DELETE FROM lead_returns WHERE import_id = %(import_id)s),
told AS (
    SELECT lead_id, count(*) FILTER (WHERE is_attempt) AS attempts FROM gone GROUP BY 1),
set_by AS (
    SELECT c.lead_id, c.change_id, c.changed_by, c.old_value, c.new_value,
           c.changed_by NOT LIKE 'undo of feedback import %%'
           AND (c.changed_by NOT LIKE 'feedback import %%' OR EXISTS (
                SELECT FROM lead_feedback AS f
                WHERE f.lead_id = c.lead_id AND c.changed_by = 'feedback import ' || f.import_id)) AS counts
    FROM lead_changes AS c JOIN told USING (lead_id) WHERE c.field = 'status'),
words AS (
    SELECT lead_id, (array_agg(old_value ORDER BY change_id))[1] AS first,
           (array_agg(changed_by ORDER BY change_id DESC) FILTER (WHERE counts))[1] AS last_by,
           (array_agg(new_value ORDER BY change_id DESC)
               FILTER (WHERE counts AND changed_by <> %(who)s))[1] AS last_of_others
    FROM set_by GROUP BY 1),
before AS (
    SELECT l.lead_id, l.status AS old_status, l.total_attempts AS old_attempts,
           greatest(l.total_attempts - t.attempts, 0)::integer AS attempts,
           CASE WHEN w.last_by = %(who)s THEN coalesce(w.last_of_others, w.first)
                ELSE l.status END AS status
    FROM leads_master AS l JOIN told AS t USING (lead_id) LEFT JOIN words AS w USING (lead_id)
    ORDER BY l.lead_id FOR NO KEY UPDATE OF l),
changed AS (
    UPDATE leads_master AS l SET status = b.status, total_attempts = b.attempts
    FROM before AS b
    WHERE l.lead_id = b.lead_id AND (b.status, b.attempts) <> (b.old_status, b.old_attempts)),
noted AS (
    INSERT INTO lead_changes (lead_id, changed_by, field, old_value, new_value)
    SELECT lead_id, 'undo of ' || %(who)s, field, old_value, new_value
    FROM before CROSS JOIN LATERAL (VALUES
        ('status', old_status, status),
        ('total_attempts', old_attempts::text, attempts::text)) AS one (field, old_value, new_value)
    WHERE old_value <> new_value
    ORDER BY lead_id, field)
SELECT count(*) AS feedback FROM gone

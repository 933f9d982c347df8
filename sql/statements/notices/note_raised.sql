-- What is so now is noted, once as long as it lasts, and what is not so any more is cleared; gives what is new,
-- worse or over by that. Safe to run again.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(raised)s::jsonb) AS r (kind text, subject text, severity text, told text)),
before AS (
    SELECT kind, subject, severity FROM notices WHERE cleared_at IS NULL),
noted AS (
    INSERT INTO notices AS n (kind, subject, severity, told, first_seen_at, last_seen_at)
    SELECT kind, subject, severity, told, %(now)s, %(now)s FROM given
    ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO UPDATE
    SET last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at), times = n.times + 1,
        severity = excluded.severity, told = excluded.told),
cleared AS (
    UPDATE notices AS n SET cleared_at = %(now)s
    WHERE n.cleared_at IS NULL
      AND NOT EXISTS (SELECT FROM given AS g WHERE g.kind = n.kind AND g.subject = n.subject)
    RETURNING told)
SELECT CASE WHEN b.kind IS NULL THEN 'opened' ELSE 'worse' END AS what, g.severity, g.told
FROM given AS g LEFT JOIN before AS b USING (kind, subject)
WHERE b.kind IS NULL OR (g.severity = 'critical' AND b.severity = 'warning')
UNION ALL
SELECT 'over', 'info', told FROM cleared

-- What is so now is noted, once as long as it lasts, and what is not so any more is cleared. Safe to run again
-- and by several at once: of two the later one counts.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(raised)s::jsonb) AS r (kind text, subject text, severity text, told text)),
noted AS (
    INSERT INTO notices AS n (kind, subject, severity, told, first_seen_at, last_seen_at)
    SELECT kind, subject, severity, told, %(now)s, %(now)s FROM given
    ON CONFLICT (kind, subject) WHERE cleared_at IS NULL DO UPDATE
    SET last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at), times = n.times + 1,
        severity = excluded.severity, told = excluded.told)
UPDATE notices AS n SET cleared_at = %(now)s
WHERE n.cleared_at IS NULL
  AND NOT EXISTS (SELECT FROM given AS g WHERE g.kind = n.kind AND g.subject = n.subject)

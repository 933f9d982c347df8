-- A pull begins. Whoever pulls has the source for itself, so that one that still runs was killed.
WITH killed AS (
    UPDATE connector_pulls SET status = 'killed', ended_at = %(now)s
    WHERE source = %(source)s AND status = 'running')
INSERT INTO connector_pulls (source, started_at, since, until)
VALUES (%(source)s, %(now)s, %(since)s, %(until)s)
RETURNING pull_id

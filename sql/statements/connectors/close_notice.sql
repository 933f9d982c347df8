-- A record that a webhook named was fetched, or tried to.
UPDATE connector_notices
SET attempts = attempts + 1, error = %(error)s,
    fetched_at = CASE WHEN %(error)s::text IS NULL THEN %(now)s END
WHERE source = %(source)s AND external_id = %(external_id)s

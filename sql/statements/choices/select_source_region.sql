-- The region that was settled for a source. Read only.
SELECT choices ->> 'region' AS region FROM reading_choices
WHERE scope = 'source' AND name = %(source)s

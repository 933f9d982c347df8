-- The notices that are open, the worst and newest first; with those that were cleared, if they are wanted.
-- Read only.
SELECT * FROM notices
WHERE %(cleared)s OR cleared_at IS NULL
ORDER BY cleared_at IS NOT NULL, acknowledged_at IS NOT NULL, severity, coalesce(cleared_at, first_seen_at) DESC
LIMIT %(most)s

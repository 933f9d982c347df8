-- From when on leads are new to a search: an hour before the last one began, for a long import's
-- leads bear the time at which it began to decide; null: there was none. Read only.
SELECT clock_timestamp() AS started_at, max(started_at) - interval '1 hour' AS since
FROM linkage_searches

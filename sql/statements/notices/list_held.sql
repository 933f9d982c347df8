-- Imports that wait for a person, and since when, in seconds since their files came. Read only.
SELECT import_id, extract(epoch FROM %(now)s::timestamptz - seen_at)::float AS seconds
FROM lead_sources WHERE status = 'held' ORDER BY import_id LIMIT 100

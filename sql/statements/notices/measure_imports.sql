-- For how long the oldest open import waits, in seconds, and which imports have failed and wait for somebody.
-- Read only.
SELECT (SELECT coalesce(extract(epoch FROM %(now)s::timestamptz - min(seen_at)), 0)::float FROM lead_sources
        WHERE status IN ('waiting', 'loaded', 'normalized', 'archived')) AS oldest_open,
       (SELECT array_agg(import_id ORDER BY import_id DESC) FROM lead_sources
        WHERE status = 'failed' AND seen_at > %(now)s::timestamptz - interval '7 days') AS failed

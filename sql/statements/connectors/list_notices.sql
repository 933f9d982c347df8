-- Records that a webhook named and nobody fetched yet, the longest waiting first; after so many tries
-- only the poll is left to find one.
SELECT external_id, payload FROM connector_notices
WHERE source = %(source)s AND fetched_at IS NULL AND attempts < 20
ORDER BY received_at LIMIT 1000

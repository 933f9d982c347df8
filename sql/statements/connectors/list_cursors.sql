-- Where each part of each source stands, with what the inbox has of it.
SELECT c.source, c.part, c.title, c.position, c.moved_at, i.records, i.last_received_at
FROM connector_cursors AS c
LEFT JOIN LATERAL (
    SELECT count(*) AS records, max(received_at) AS last_received_at
    FROM connector_inbox AS i WHERE i.source = c.source AND i.part = c.part) AS i ON true
ORDER BY c.source, c.title, c.part

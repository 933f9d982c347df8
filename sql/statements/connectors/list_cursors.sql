-- Where each part of each source stands, with what the inbox has of it of the last days. Read only.
SELECT c.source, c.part, c.title, c.position, c.moved_at, coalesce(i.records, 0) AS records,
       l.external_id AS last_external_id, l.occurred_at AS last_occurred_at,
       l.received_at AS last_received_at
FROM connector_cursors AS c
LEFT JOIN (
    SELECT source, part, count(*) AS records, max(inbox_id) AS last_id FROM connector_inbox
    WHERE received_at > now() - make_interval(days => %(days)s) AND NOT is_test
    GROUP BY source, part) AS i USING (source, part)
LEFT JOIN connector_inbox AS l ON l.inbox_id = i.last_id
ORDER BY c.source, c.title, c.part

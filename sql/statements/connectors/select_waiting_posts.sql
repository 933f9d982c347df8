-- Contacts of posted leads that have one of some keys and are not imported yet, each with all its
-- keys, the strongest first. Read only.
WITH hit AS (
    SELECT DISTINCT k.inbox_id, k.contact_number
    FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS a (kind, value)
    JOIN posted_keys AS k ON k.value = a.value AND k.kind = a.kind::match_kind)
SELECT inbox_id, contact_number, i.source AS supplier, i.received_at, p.source_id,
       array_agg(k.kind::text ORDER BY k.kind, k.value) AS kinds,
       array_agg(k.value ORDER BY k.kind, k.value) AS values
FROM hit JOIN posted_keys AS k USING (inbox_id, contact_number)
JOIN posted_leads AS p USING (inbox_id) JOIN connector_inbox AS i USING (inbox_id)
WHERE NOT EXISTS (
    SELECT FROM connector_deliveries AS d JOIN lead_sources AS s USING (object_key)
    WHERE d.delivery_id = i.delivery_id
      AND (s.archived_at IS NOT NULL OR s.status IN ('rejected', 'duplicate', 'undone')))
GROUP BY inbox_id, contact_number, i.source, i.received_at, p.source_id

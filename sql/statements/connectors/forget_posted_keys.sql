-- Posted leads that are imported wait no more. Safe to run again.
DELETE FROM posted_keys AS k
USING connector_inbox AS i JOIN connector_deliveries AS d USING (delivery_id)
JOIN lead_sources AS s USING (object_key)
WHERE i.inbox_id = k.inbox_id
  AND (s.archived_at IS NOT NULL OR s.status IN ('rejected', 'duplicate', 'undone'))

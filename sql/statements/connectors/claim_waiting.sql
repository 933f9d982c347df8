-- What waits in the inbox becomes a delivery for each source and way, with a settled name. Rows that
-- another session claims at this moment are left to it.
WITH waiting AS (
    SELECT inbox_id, source, profile, import_source
    FROM connector_inbox
    WHERE delivery_id IS NULL AND problem IS NULL AND NOT is_test
    ORDER BY inbox_id LIMIT %(most)s
    FOR UPDATE SKIP LOCKED),
made AS (
    INSERT INTO connector_deliveries (source, profile, import_source, object_key, rows)
    SELECT source, profile, import_source,
           format('%%s/%%s_%%s_%%s-%%s.ndjson', source, source, import_source, min(inbox_id), max(inbox_id)),
           count(*)
    FROM waiting GROUP BY source, profile, import_source
    RETURNING *)
UPDATE connector_inbox AS i SET delivery_id = m.delivery_id
FROM waiting AS w JOIN made AS m
  ON m.source = w.source AND m.import_source = w.import_source
 AND m.profile IS NOT DISTINCT FROM w.profile
WHERE i.inbox_id = w.inbox_id

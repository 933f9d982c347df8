-- A list that lies in the bucket is a delivery of one record. The same list under two ids is one. Safe to run again.
WITH made AS (
    INSERT INTO connector_deliveries AS d (source, profile, import_source, object_key, rows, put_at, version_tag)
    VALUES (%(source)s, %(profile)s, %(import_source)s, %(object_key)s, 1, now(), %(version_tag)s)
    ON CONFLICT (object_key) DO UPDATE SET put_at = coalesce(d.put_at, excluded.put_at)
    RETURNING delivery_id)
UPDATE connector_inbox AS i SET delivery_id = made.delivery_id
FROM made
WHERE i.source = %(source)s AND i.external_id = %(external_id)s AND i.delivery_id IS NULL

-- A delivery lies in the bucket. Safe to run again.
UPDATE connector_deliveries
SET put_at = coalesce(put_at, now()), version_tag = %(version_tag)s
WHERE delivery_id = %(delivery_id)s

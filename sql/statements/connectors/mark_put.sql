-- A delivery lies in the bucket. Safe to run again.
UPDATE connector_deliveries SET put_at = coalesce(put_at, now()) WHERE delivery_id = %(delivery_id)s

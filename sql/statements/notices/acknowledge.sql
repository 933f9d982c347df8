-- Somebody has seen an open notice; who did first stands. Safe to run again.
UPDATE notices
SET acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, %(who)s)
WHERE notice_id = %(notice_id)s AND cleared_at IS NULL
RETURNING *

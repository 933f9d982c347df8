-- It has arrived; and as its address takes something again, what else waits for it is due, but for what another
-- process is telling at this moment.
WITH others AS (
    SELECT delivery_id FROM notice_deliveries
    WHERE target = %(target)s AND delivered_at IS NULL AND given_up_at IS NULL AND next_try_at > %(now)s
      AND delivery_id <> ALL (%(ids)s)
    FOR UPDATE SKIP LOCKED),
due AS (
    UPDATE notice_deliveries AS d SET next_try_at = %(now)s FROM others AS o WHERE d.delivery_id = o.delivery_id)
UPDATE notice_deliveries SET delivered_at = %(now)s, attempts = attempts + 1 WHERE delivery_id = ANY (%(ids)s)

-- What is due at an address, the oldest first, held by this transaction until it is told; in quiet hours only what
-- is critical. What another process is telling at this moment is left to it.
SELECT delivery_id, severity, told FROM notice_deliveries
WHERE target = %(target)s AND delivered_at IS NULL AND given_up_at IS NULL AND next_try_at <= %(now)s
  AND (severity = 'critical' OR NOT %(quiet)s)
ORDER BY delivery_id LIMIT %(most)s
FOR UPDATE SKIP LOCKED

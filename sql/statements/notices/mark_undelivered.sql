-- It has not arrived: it is tried again after 1, 2, 4 ... minutes, and at last every hour.
UPDATE notice_deliveries SET
    attempts = attempts + 1, last_error = %(error)s,
    next_try_at = %(now)s::timestamptz + least(60, power(2, least(attempts, 6))) * interval '1 minute'
WHERE delivery_id = ANY (%(ids)s)

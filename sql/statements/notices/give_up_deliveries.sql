-- What has not arrived in so many days is no news any more. Safe to run again.
UPDATE notice_deliveries SET given_up_at = %(now)s
WHERE delivered_at IS NULL AND given_up_at IS NULL
  AND made_at < %(now)s::timestamptz - %(days)s * interval '1 day'

-- Addresses that take nothing: what waits there after so many attempts, what was given up within a week and since
-- when nothing has arrived, and what was the matter last. Read only.
SELECT d.target, count(*) FILTER (WHERE d.given_up_at IS NULL) AS waiting,
       count(*) FILTER (WHERE d.given_up_at IS NOT NULL) AS given_up,
       coalesce((array_agg(d.last_error ORDER BY d.delivery_id DESC))[1], 'nobody tried') AS last_error
FROM notice_deliveries AS d
WHERE d.delivered_at IS NULL
  AND ((d.given_up_at IS NULL AND d.attempts >= %(attempts)s)
       OR (d.given_up_at > %(now)s::timestamptz - interval '7 days'
           AND d.given_up_at > coalesce((SELECT max(a.delivered_at) FROM notice_deliveries AS a
                                         WHERE a.target = d.target), '-infinity')))
GROUP BY 1

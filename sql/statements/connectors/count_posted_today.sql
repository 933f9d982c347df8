-- How many leads a supplier has posted since midnight of the account; tests aside. Read only.
SELECT count(*) AS posted
FROM connector_inbox AS i JOIN posted_leads USING (inbox_id) CROSS JOIN account AS a
WHERE i.source = %(supplier)s AND NOT i.is_test
  AND i.received_at >= date_trunc('day', now() AT TIME ZONE a.time_zone) AT TIME ZONE a.time_zone

-- What was answered to posted leads by their ids. Read only.
SELECT i.external_id, i.payload, i.is_test, p.status, p.reason, p.age_days
FROM connector_inbox AS i JOIN posted_leads AS p USING (inbox_id)
WHERE i.source = %(supplier)s AND i.external_id = ANY (%(external_ids)s)

-- The return of a lead that is open or approved, the latest. Read only.
SELECT return_id, state FROM returns
WHERE lead_id = %(lead_id)s AND state IN ('open', 'approved')
ORDER BY return_id DESC LIMIT 1

-- Contacts of leads that a list gave back are not given back to their supplier any more.
UPDATE returns AS r
SET state = 'withdrawn', told = %(cause)s, decided_at = %(now)s, decided_by = %(cause)s
FROM (SELECT lead_id, import_id, row_number, contact_number FROM leads_master
      WHERE lead_id = ANY (%(leads)s) AND suppressed_at IS NULL
      UNION ALL
      SELECT d.lead_id, d.import_id, d.row_number, d.contact_number
      FROM duplicate_leads AS d JOIN leads_master AS l USING (lead_id)
      WHERE d.lead_id = ANY (%(leads)s) AND l.suppressed_at IS NULL) AS p
WHERE r.kind = 'list' AND r.state = 'approved'
  AND (r.import_id, r.row_number, r.contact_number) = (p.import_id, p.row_number, p.contact_number)
RETURNING r.return_id

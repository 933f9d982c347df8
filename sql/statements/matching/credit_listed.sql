-- Contacts that are paid for, of leads that a list took from us within the window of their terms.
INSERT INTO returns (kind, import_id, row_number, contact_number, lead_id, reason, asked_at, asked_by,
                     state, decided_at, decided_by)
SELECT 'list', p.import_id, p.row_number, p.contact_number, p.lead_id, %(cause)s, %(now)s, %(cause)s,
       'approved', %(now)s, %(cause)s
FROM (SELECT lead_id, import_id, row_number, contact_number FROM leads_master
      WHERE lead_id = ANY (%(leads)s)
      UNION ALL
      SELECT lead_id, import_id, row_number, contact_number FROM duplicate_leads
      WHERE lead_id = ANY (%(leads)s)) AS p
JOIN lead_sources AS s USING (import_id)
JOIN supplier_terms AS t USING (terms_id)
WHERE here(%(now)s) <= here(s.modified_at) + t.return_days
  AND (SELECT sum(c.amount) FROM charges AS c
       WHERE c.import_id = p.import_id AND c.row_number = p.row_number
         AND c.contact_number = p.contact_number) > 0
ON CONFLICT DO NOTHING
RETURNING return_id

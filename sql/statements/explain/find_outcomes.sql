-- What became of contacts that were found by other ways than their lead. Read only.
SELECT p.import_id, p.row_number, p.contact_number, coalesce(l.lead_id, d.lead_id, f.lead_id) AS lead_id,
       CASE WHEN l.lead_id IS NOT NULL THEN 'new' WHEN d.outcome IS NOT NULL THEN d.outcome
            WHEN f.lead_id IS NOT NULL THEN 'feedback'
            WHEN i.code IS NOT NULL THEN 'invalid' WHEN s.undone_at IS NOT NULL THEN 'undone'
            ELSE 'suppressed' END AS outcome,
       d.matched_by::text AS matched_by, d.first_row_number, d.first_contact_number,
       coalesce(l.received_at, d.received_at, f.at) AS received_at, i.code, i.reason
FROM unnest(%(imports)s::int[], %(rows)s::bigint[], %(contacts)s::smallint[])
     AS p (import_id, row_number, contact_number)
JOIN lead_sources AS s USING (import_id)
LEFT JOIN leads_master AS l USING (import_id, row_number, contact_number)
LEFT JOIN duplicate_leads AS d USING (import_id, row_number, contact_number)
LEFT JOIN invalid_contacts AS i USING (import_id, row_number, contact_number)
LEFT JOIN lead_feedback AS f ON f.import_id = p.import_id AND f.row_number = p.row_number

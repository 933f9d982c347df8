-- The sightings that are looked at, each with its keys. Read only.
SELECT import_id, row_number, contact_number, s.received_at, s.external_lead_id AS external_id,
       s.all_email_keys AS email_keys, s.all_phones AS phones, m.lead_id, m.founder_of,
       f.kinds AS further_kinds, f.values AS further_values
FROM seen AS s
JOIN members AS m USING (import_id, row_number, contact_number)
LEFT JOIN (
    SELECT import_id, row_number, contact_number, array_agg(kind::text ORDER BY kind, value) AS kinds,
           array_agg(value ORDER BY kind, value) AS values
    FROM seen_further GROUP BY 1, 2, 3) AS f USING (import_id, row_number, contact_number)
WHERE NOT m.gone

-- In-file duplicates of some contacts, and those of these contacts that are one. Read only.
SELECT DISTINCT d.import_id, d.row_number, d.contact_number, d.outcome,
       d.matched_by::text AS matched_by, d.first_row_number, d.first_contact_number
FROM unnest(%(imports)s::int[], %(rows)s::bigint[], %(contacts)s::smallint[])
     AS p (import_id, row_number, contact_number)
JOIN duplicate_leads AS d ON d.import_id = p.import_id AND d.outcome = 'in_file_duplicate'
WHERE (d.row_number, d.contact_number) = (p.row_number, p.contact_number)
   OR (d.first_row_number, d.first_contact_number) = (p.row_number, p.contact_number)

-- What an import said of the leads that it updated.
INSERT INTO told
SELECT coalesce(d.lead_id, l.lead_id, f.lead_id), d.received_at, d.import_id, d.row_number,
       d.contact_number, {attributes}
FROM duplicate_leads AS d JOIN ({contacts}) AS c USING (row_number, contact_number)
LEFT JOIN leads_master AS l
  ON (l.import_id, l.row_number, l.contact_number)
   = (d.import_id, d.first_row_number, d.first_contact_number)
LEFT JOIN duplicate_leads AS f
  ON (f.import_id, f.row_number, f.contact_number)
   = (d.import_id, d.first_row_number, d.first_contact_number)
WHERE d.import_id = {import_id} AND d.updates

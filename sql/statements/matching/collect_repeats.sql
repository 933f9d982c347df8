-- In-file duplicates of the sightings looked at: they count with the contact that they repeat.
INSERT INTO members
SELECT d.import_id, d.row_number, d.contact_number, m.lead_id, NULL, m.gone
FROM members AS m JOIN duplicate_leads AS d
  ON d.import_id = m.import_id AND d.first_row_number = m.row_number
 AND d.first_contact_number = m.contact_number

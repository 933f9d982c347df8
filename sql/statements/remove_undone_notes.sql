-- What else the import noted goes, but for the contacts that a kept lead still comes from.
DELETE FROM duplicate_leads AS d
WHERE d.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM leads_master AS l WHERE l.import_id = d.import_id
    AND l.row_number = d.first_row_number AND l.contact_number = d.first_contact_number);
DELETE FROM dnc_suppressions AS d
WHERE d.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM leads_master AS l WHERE l.import_id = d.import_id
    AND l.row_number = d.row_number AND l.contact_number = d.contact_number);
UPDATE rejected_leads SET retried_by = NULL WHERE retried_by = {import_id}

-- Contacts that plainly repeat an earlier one of the file, with the lead that this one is of.
CREATE TEMP TABLE repeated ON COMMIT DROP AS
SELECT r.*, coalesce(f.lead_id, a.lead_id) AS lead_id,
       n.received_at, n.received_at > earlier.received_at AS later
FROM in_file AS r
JOIN sharers AS n ON n.row_number = r.row_number AND n.contact_number = r.contact_number
JOIN sharers AS earlier
  ON earlier.row_number = r.first_row_number AND earlier.contact_number = r.first_contact_number
LEFT JOIN founders AS f
  ON f.row_number = r.first_row_number AND f.contact_number = r.first_contact_number
LEFT JOIN appended AS a
  ON a.row_number = r.first_row_number AND a.contact_number = r.first_contact_number
WHERE NOT EXISTS (SELECT FROM replayed AS x WHERE x.row_number = r.row_number
                  AND x.contact_number = r.contact_number);
ANALYZE repeated;
INSERT INTO duplicate_leads (
    import_id, row_number, contact_number, outcome, matched_by, first_row_number,
    first_contact_number, received_at)
SELECT {import_id}, row_number, contact_number, 'in_file_duplicate', matched_by, first_row_number,
       first_contact_number, received_at
FROM repeated;
UPDATE leads_master AS l
SET last_received_at = r.received_at
FROM (SELECT lead_id, max(received_at) AS received_at FROM repeated WHERE later GROUP BY 1) AS r
WHERE l.lead_id = r.lead_id AND l.last_received_at < r.received_at

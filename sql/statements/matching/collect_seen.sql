-- What stands in an import's table of the sightings that are looked at.
INSERT INTO seen
SELECT {import_id}, row_number, contact_number, received_at, all_email_keys, all_phones, {names}, {attributes}
FROM ({contacts}) AS c JOIN members AS m USING (row_number, contact_number)
WHERE m.import_id = {import_id};
INSERT INTO seen_further
SELECT {import_id}, d.first_row_number, d.first_contact_number, k.kind, k.value
FROM duplicate_leads AS d
JOIN members AS m ON m.import_id = d.import_id AND m.row_number = d.first_row_number
                 AND m.contact_number = d.first_contact_number
JOIN {normalized} AS n ON n.original_lead_id = d.row_number AND n.contact_number = d.contact_number
CROSS JOIN LATERAL (
    SELECT 'external_id'::match_kind AS kind, {source_id} || ':' || n.external_id AS value
    WHERE n.external_id IS NOT NULL
    UNION ALL SELECT 'email', unnest(n.email_keys)
    UNION ALL SELECT 'phone', unnest(n.phones)) AS k
WHERE d.import_id = {import_id} AND d.first_row_number IS NOT NULL

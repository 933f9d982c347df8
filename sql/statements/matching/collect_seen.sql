-- What stands in an import's table of the sightings that are looked at.
INSERT INTO seen
SELECT {import_id}, row_number, contact_number, received_at, all_email_keys, all_phones,
       ARRAY(SELECT key FROM unnest(no_keys) AS key WHERE key = ANY (all_email_keys)), {names},
       {attributes}
FROM ({contacts}) AS c JOIN members AS m USING (row_number, contact_number)
WHERE m.import_id = {import_id}

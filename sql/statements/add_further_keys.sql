-- Keys that only in-file duplicates of a contact have become keys of that contact, now that all hits
-- are found: they decide nothing, but others are to be recognised by them.
INSERT INTO contact_keys
SELECT DISTINCT f.first_row_number, f.first_contact_number, k.kind, 0, k.value, k.key_hash, k.key_check
FROM in_file AS f JOIN contact_keys AS k USING (row_number, contact_number)
WHERE NOT EXISTS (
    SELECT FROM contact_keys AS own
    WHERE own.row_number = f.first_row_number AND own.contact_number = f.first_contact_number
      AND own.key_hash = k.key_hash AND own.kind = k.kind AND own.value = k.value)

-- Keys that only in-file duplicates of a contact have become keys of that contact, now that all hits
-- are found: they decide nothing, but others are to be recognised by them.
INSERT INTO contact_keys
SELECT first_row_number, first_contact_number, kind, 0, value, key_hash, key_check
FROM contact_keys JOIN (
    SELECT row_number, contact_number, first_row_number, first_contact_number, false AS own
    FROM in_file
    UNION ALL
    SELECT DISTINCT first_row_number, first_contact_number, first_row_number, first_contact_number,
           true
    FROM in_file) AS f USING (row_number, contact_number)
GROUP BY first_row_number, first_contact_number, kind, value, key_hash, key_check
HAVING NOT bool_or(own)

-- The known leads that an import's keys lead to; keys of in-file duplicates count for the first row,
-- but never decide (own is false). Nobody who is suppressed is looked for.
-- LATERAL with OFFSET keeps the planner at one index probe a key, in the order of the index.
CREATE TEMP TABLE hits ON COMMIT DROP AS
SELECT coalesce(f.first_row_number, k.row_number) AS row_number,
       coalesce(f.first_contact_number, k.contact_number) AS contact_number,
       f.row_number IS NULL AS own, k.kind, k.position, k.value, i.lead_id
FROM contact_keys AS k
LEFT JOIN in_file AS f USING (row_number, contact_number)
CROSS JOIN LATERAL (
    SELECT lead_id FROM lead_identities AS i
    WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
      AND i.kind = k.kind AND i.value = k.value OFFSET 0) AS i
WHERE NOT EXISTS (
    SELECT FROM suppressed AS s
    WHERE s.row_number = coalesce(f.first_row_number, k.row_number)
      AND s.contact_number = coalesce(f.first_contact_number, k.contact_number))

-- The known leads that an import's keys lead to; keys of in-file duplicates count for the first row,
-- but never decide (own is false). Nobody who is suppressed is looked for.
-- MATERIALIZED and LATERAL with OFFSET keep the planner at one index probe a key, and at the order in
-- which contact_keys stands, which is that of the index: in any other the pages come back and forth.
CREATE TEMP TABLE hits ON COMMIT DROP AS
WITH known AS MATERIALIZED (
    SELECT k.row_number, k.contact_number, k.kind, k.position, k.value, i.lead_id
    FROM contact_keys AS k CROSS JOIN LATERAL (
        SELECT lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.value OFFSET 0) AS i),
hits AS (
    SELECT coalesce(f.first_row_number, k.row_number) AS row_number,
           coalesce(f.first_contact_number, k.contact_number) AS contact_number,
           f.row_number IS NULL AS own, k.kind, k.position, k.value, k.lead_id
    FROM known AS k LEFT JOIN in_file AS f USING (row_number, contact_number))
SELECT * FROM hits
WHERE NOT EXISTS (
    SELECT FROM suppressed AS s
    WHERE s.row_number = hits.row_number AND s.contact_number = hits.contact_number)

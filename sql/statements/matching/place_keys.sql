-- The keys of contacts that were added: ids become the lead's, what else is not the lead's is loose.
-- LATERAL with OFFSET keeps the planner at one index probe a key.
CREATE TEMP TABLE joining ON COMMIT DROP AS
SELECT row_number, contact_number, lead_id FROM appended
UNION ALL SELECT row_number, contact_number, lead_id FROM repeated;
ANALYZE joining;
CREATE TEMP TABLE left_over ON COMMIT DROP AS
SELECT a.lead_id, k.row_number, k.contact_number, k.kind, k.value, k.match_value, k.weak,
       k.key_hash, k.key_check, h.lead_id IS NULL AS of_nobody
FROM joining AS a JOIN contact_keys AS k USING (row_number, contact_number)
LEFT JOIN hits AS h ON h.row_number = k.row_number AND h.contact_number = k.contact_number
                   AND h.kind = k.kind AND h.value = k.value AND h.owned
WHERE h.lead_id IS DISTINCT FROM a.lead_id OR k.weak AND k.kind = 'email';
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT k.key_hash, k.key_check, k.kind, k.match_value, k.lead_id
FROM left_over AS k
WHERE k.of_nobody AND k.kind = 'external_id' AND NOT EXISTS (
    SELECT FROM holders AS h
    WHERE h.row_number = k.row_number AND h.contact_number = k.contact_number
      AND h.kind = k.kind AND h.value = k.value
      AND (h.first_row_number, h.first_contact_number) <> (h.row_number, h.contact_number))
ORDER BY k.key_hash;
CREATE TEMP TABLE loosened ON COMMIT DROP AS
WITH looked_up AS (
    SELECT k.*, i.lead_id AS other_lead_id
    FROM (SELECT lead_id, row_number, contact_number, kind, value, match_value, weak, key_hash,
                 key_check
          FROM left_over WHERE NOT (of_nobody AND kind = 'external_id')
          UNION ALL
          SELECT f.lead_id, row_number, contact_number, k.kind, k.value, k.match_value, k.weak,
                 k.key_hash, k.key_check
          FROM founders AS f JOIN weak_keys AS k USING (row_number, contact_number)) AS k
    LEFT JOIN LATERAL (
        SELECT lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.match_value OFFSET 0) AS i ON true),
added AS (
    INSERT INTO loose_keys (
        lead_id, other_lead_id, kind, value, no_key, import_id, row_number, contact_number)
    SELECT lead_id, nullif(other_lead_id, lead_id), kind, value, weak AND kind = 'email',
           {import_id}, row_number, contact_number
    FROM looked_up
    WHERE other_lead_id IS DISTINCT FROM lead_id OR weak AND kind = 'email'
    RETURNING *),
claimed AS (
    UPDATE loose_keys AS l SET other_lead_id = i.lead_id
    FROM (SELECT DISTINCT h.lead_id, k.kind, k.value, k.key_hash, k.key_check
          FROM hits AS h
          JOIN founders AS f USING (row_number, contact_number)
          JOIN contact_keys AS k USING (row_number, contact_number, kind, value)
          WHERE NOT h.owned) AS k
    CROSS JOIN LATERAL (
        SELECT lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.value OFFSET 0) AS i
    WHERE l.lead_id = k.lead_id AND l.kind = k.kind AND l.value = k.value
      AND l.other_lead_id IS NULL AND NOT l.no_key
    RETURNING l.*)
SELECT * FROM added UNION ALL SELECT * FROM claimed

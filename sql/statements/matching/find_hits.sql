-- The known leads that an import's keys lead to: those whose key it is (owned), and those that it is a
-- loose key of. Nobody who is suppressed is looked for.
-- MATERIALIZED and LATERAL with OFFSET keep the planner at one index probe a key, and at the order in
-- which contact_keys stands, which is that of the index: in any other the pages come back and forth.
CREATE TEMP TABLE hits ON COMMIT DROP AS
WITH known AS MATERIALIZED (
    SELECT k.row_number, k.contact_number, k.kind, k.position, k.value, k.weak, i.lead_id,
           true AS owned
    FROM contact_keys AS k CROSS JOIN LATERAL (
        SELECT lead_id FROM lead_identities AS i
        WHERE i.key_hash = k.key_hash AND i.key_check = k.key_check
          AND i.kind = k.kind AND i.value = k.match_value OFFSET 0) AS i),
hits AS (
    SELECT * FROM known
    UNION ALL
    SELECT k.row_number, k.contact_number, k.kind, k.position, k.value, k.weak, l.lead_id, false
    FROM contact_keys AS k
    JOIN loose_keys AS l ON l.value = k.match_value AND l.kind = k.kind
    WHERE l.other_lead_id IS NULL AND NOT l.no_key)
SELECT * FROM hits
WHERE NOT EXISTS (
    SELECT FROM suppressed AS s
    WHERE s.row_number = hits.row_number AND s.contact_number = hits.contact_number);
-- Contacts with a key of two leads of which a person has said that they are one.
CREATE TEMP TABLE decided_contacts ON COMMIT DROP AS
SELECT DISTINCT k.row_number, k.contact_number, m.decision_id
FROM contact_keys AS k JOIN merged_keys AS m ON m.kind = k.kind AND m.value = k.match_value
WHERE NOT k.weak

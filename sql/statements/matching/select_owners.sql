-- Whose the keys asked for are, by one probe of an index each, and the decisions of people that
-- name them. Read only.
WITH asked AS (
    SELECT kind::match_kind AS kind, value
    FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS one (kind, value)),
owned AS MATERIALIZED (
    SELECT a.kind, a.value, i.lead_id
    FROM asked AS a CROSS JOIN LATERAL (
        SELECT lead_id FROM lead_identities AS i
        WHERE i.key_hash = hashtextextended(a.kind::text || ':' || a.value, 0)
          AND i.key_check = hashtextextended(a.kind::text || ':' || a.value, 1)
          AND i.kind = a.kind AND i.value = a.value OFFSET 0) AS i)
SELECT kind::text AS kind, value, lead_id, NULL::integer AS decision_id FROM owned
UNION ALL
SELECT a.kind::text, a.value, NULL, k.decision_id
FROM asked AS a JOIN merged_keys AS k ON k.kind = a.kind AND k.value = a.value

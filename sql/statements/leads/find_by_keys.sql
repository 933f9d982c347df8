-- The lead of a number, those whose keys are asked for, and those that a contact with such a key
-- was counted for although the key is another's or nobody's. Read only.
WITH asked AS (
    SELECT kind::match_kind AS kind, value
    FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS a (kind, value))
SELECT lead_id FROM leads_master WHERE lead_id = %(lead_id)s
UNION
SELECT i.lead_id FROM asked AS a JOIN lead_identities AS i
    ON i.key_hash = hashtextextended(a.kind::text || ':' || a.value, 0)
   AND i.key_check = hashtextextended(a.kind::text || ':' || a.value, 1)
   AND i.kind = a.kind AND i.value = a.value
UNION
SELECT k.lead_id FROM asked JOIN loose_keys AS k USING (kind, value)

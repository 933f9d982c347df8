-- Whose lead each of some keys is; keys that are nobody's do not come back. Read only.
SELECT k.kind, k.value, i.lead_id
FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS k (kind, value)
JOIN lead_identities AS i
  ON i.key_hash = hashtextextended(k.kind || ':' || k.value, 0)
 AND i.key_check = hashtextextended(k.kind || ':' || k.value, 1)
 AND i.kind = k.kind::match_kind AND i.value = k.value

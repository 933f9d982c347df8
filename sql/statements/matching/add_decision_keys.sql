-- Who was meant: the keys that both leads have at this moment, but for those that tell nobody apart.
INSERT INTO merge_keys (decision_id, side, kind, value)
SELECT %(decision_id)s, CASE lead_id WHEN %(lead_id)s THEN 1 ELSE 2 END, kind, value
FROM lead_identities
WHERE lead_id IN (%(lead_id)s, %(other_lead_id)s)
  AND NOT (kind = 'phone' AND value IN (SELECT s.value FROM shared_numbers AS s))
  AND NOT (kind = 'email' AND strpos(value, ' ') > 0)

-- What else those have who opt out, because a person has said of two leads that they are one: the other
-- channels of the same kind. Read only.
SELECT DISTINCT o.kind::text AS channel, o.value
FROM unnest(%(channels)s::text[], %(values)s::text[]) AS asked (channel, value)
JOIN merged_keys AS k ON k.kind::text = asked.channel AND k.value = asked.value
JOIN merged_keys AS o ON o.decision_id = k.decision_id AND o.kind = k.kind
WHERE o.value <> ALL (%(values)s::text[])
ORDER BY channel, value

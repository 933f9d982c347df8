-- What a person whose two leads were made one has not opted out of yet: of each kind of channel of which
-- one is among the opt-outs, all others. Read only.
WITH opted_out AS (
    SELECT 'phone' AS kind, '+' || number AS value FROM dnc_entries JOIN dnc_lists USING (list_id)
    WHERE name = 'opt-outs' AND number IN (
        SELECT substr(value, 2)::bigint FROM merge_keys
        WHERE decision_id = %(decision_id)s AND kind = 'phone')
    UNION ALL
    SELECT 'email', email_key FROM dnc_emails JOIN dnc_lists USING (list_id)
    WHERE name = 'opt-outs' AND email_key IN (
        SELECT value FROM merge_keys WHERE decision_id = %(decision_id)s AND kind = 'email'))
SELECT k.value
FROM merge_keys AS k
WHERE k.decision_id = %(decision_id)s
  AND EXISTS (SELECT FROM opted_out AS o WHERE o.kind = k.kind::text)
  AND NOT EXISTS (SELECT FROM opted_out AS o WHERE o.kind = k.kind::text AND o.value = k.value)
ORDER BY k.kind, k.value

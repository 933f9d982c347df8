-- Which of some channels are on which list, by one probe of an index each. Read only.
WITH listed AS (
    SELECT 'phone' AS channel, k.value, e.list_id
    FROM unnest(%(phones)s::text[]) AS k (value) CROSS JOIN LATERAL (
        SELECT list_id FROM dnc_entries WHERE number = substr(k.value, 2)::bigint OFFSET 0) AS e
    UNION ALL
    SELECT 'email', k.value, e.list_id
    FROM unnest(%(emails)s::text[]) AS k (value) CROSS JOIN LATERAL (
        SELECT list_id FROM dnc_emails WHERE email_key = k.value OFFSET 0) AS e)
SELECT channel, value, lower(l.campaign) AS campaign
FROM listed JOIN dnc_current AS l USING (list_id)

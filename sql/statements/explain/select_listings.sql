-- The lists that numbers and addresses are on at this moment, and since which version. Read only.
WITH listed AS (
    SELECT 'phone' AS channel, '+' || number AS value, list_id, version_id FROM dnc_entries
    WHERE number = ANY(%(numbers)s)
    UNION ALL
    SELECT 'email', email_key, list_id, version_id FROM dnc_emails
    WHERE email_key = ANY(%(emails)s))
SELECT e.channel, e.value, l.name AS list_name, l.kind, l.campaign, v.version AS since_version,
       v.loaded_at AS since, v.reason, l.version, l.as_of
FROM listed AS e JOIN dnc_current AS l USING (list_id)
JOIN dnc_versions AS v ON v.version_id = e.version_id
ORDER BY e.channel DESC, e.value, l.name

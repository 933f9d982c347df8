-- The leads that have what a list has, found by their match keys and by the keys that their sightings
-- have besides; a campaign's list looks at leads of the campaign. Safe to run again.
DROP TABLE IF EXISTS pg_temp.taken;
CREATE TEMP TABLE taken ON COMMIT DROP AS
WITH found AS (
    SELECT i.kind AS channel, i.value, i.lead_id
    FROM lead_identities AS i JOIN {entries} AS e ON e.number = substr(i.value, 2)::bigint
    WHERE i.kind = 'phone'
    UNION ALL
    SELECT i.kind, i.value, i.lead_id
    FROM lead_identities AS i JOIN dnc_emails AS e ON e.list_id = {list_id} AND e.email_key = i.value
    WHERE i.kind = 'email'
    UNION
    SELECT k.kind, k.value, k.lead_id
    FROM loose_keys AS k
    WHERE CASE k.kind WHEN 'phone' THEN EXISTS (
                   SELECT FROM {entries} AS e WHERE e.number = substr(k.value, 2)::bigint)
               WHEN 'email' THEN EXISTS (
                   SELECT FROM dnc_emails AS e WHERE e.list_id = {list_id} AND e.email_key = k.value)
               ELSE false END)
SELECT f.channel::text AS channel, f.value, f.lead_id, c.list_id, true AS looked_back,
       format('on the list %s (%s), version %s as of %s, which came later', c.name, c.kind,
              c.version, to_char(c.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD')) AS reason
FROM found AS f JOIN leads_master AS l USING (lead_id)
JOIN dnc_current AS c ON c.list_id = {list_id}
CROSS JOIN account AS a
WHERE c.campaign IS NULL OR lower(c.campaign) IN (lower(l.campaign_name), lower(l.campaign))

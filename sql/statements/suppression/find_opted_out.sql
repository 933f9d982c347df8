-- The leads that have what `dnc_loaded` opts out, found by their match keys and by the keys that their
-- sightings have besides. Safe to run again.
DROP TABLE IF EXISTS pg_temp.taken;
CREATE TEMP TABLE taken ON COMMIT DROP AS
WITH opted_out AS (
    SELECT 'phone' AS channel, '+' || number AS value FROM dnc_loaded WHERE number IS NOT NULL
    UNION
    SELECT 'email', email_key FROM dnc_loaded WHERE email_key IS NOT NULL),
hit AS (
    SELECT o.channel, o.value, i.lead_id
    FROM opted_out AS o JOIN lead_identities AS i
        ON i.key_hash = hashtextextended(o.channel || ':' || o.value, 0)
       AND i.key_check = hashtextextended(o.channel || ':' || o.value, 1)
       AND i.kind = o.channel::match_kind AND i.value = o.value
    UNION
    SELECT o.channel, o.value, k.lead_id
    FROM opted_out AS o JOIN loose_keys AS k
        ON k.kind = o.channel::match_kind AND k.value = o.value)
SELECT h.*, l.list_id, false AS looked_back,
       'opted out on ' || to_char(l.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD')
           || coalesce(': ' || v.reason, '') AS reason
FROM hit AS h
JOIN dnc_current AS l ON l.name = 'opt-outs' JOIN dnc_versions AS v USING (version_id)
CROSS JOIN account AS a

-- Which channels of an import are listed, by every list that counts for the contact and by what
-- the file itself says. Safe to run again once the import's earlier rows are gone.
-- OFFSET 0 keeps each LATERAL a look-up by index: in the order of the keys that is fastest however
-- long a list is, and no statistics of the temporary table are needed.
WITH listed AS (
    SELECT c.*, e.list_id
    FROM (SELECT row_number, contact_number, channel, value, campaign,
                 substr(value, 2)::bigint AS number
          FROM contact_channels WHERE channel = 'phone' ORDER BY 6) AS c
    CROSS JOIN LATERAL (SELECT list_id FROM dnc_entries WHERE number = c.number OFFSET 0) AS e
    UNION ALL
    SELECT c.*, NULL, e.list_id
    FROM (SELECT row_number, contact_number, channel, value, campaign
          FROM contact_channels WHERE channel = 'email' ORDER BY value) AS c
    CROSS JOIN LATERAL (SELECT list_id FROM dnc_emails WHERE email_key = c.value OFFSET 0) AS e)
INSERT INTO dnc_suppressions (
    import_id, row_number, contact_number, channel, value, list_id, list_name, kind, version_id,
    list_version, list_as_of, reason)
SELECT %(import_id)s, h.row_number, h.contact_number, h.channel, h.value, l.list_id, l.name,
       l.kind, l.version_id, l.version, l.as_of,
       format('on the list %%s (%%s), version %%s as of %%s', l.name, l.kind, l.version,
              to_char(l.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD'))
FROM listed AS h JOIN dnc_current AS l USING (list_id) CROSS JOIN account AS a
WHERE l.campaign IS NULL OR lower(l.campaign) = lower(h.campaign)
UNION ALL
SELECT i.import_id, c.row_number, c.contact_number, c.channel, c.value, NULL,
       'file flag: ' || c.flag, 'file', NULL, NULL, i.modified_at,
       CASE c.flag WHEN 'litigator' THEN 'the file marks this phone as a known litigator''s'
                   ELSE 'the file marks this phone as do-not-call' END
FROM contact_channels AS c JOIN lead_sources AS i ON i.import_id = %(import_id)s
WHERE c.flag IS NOT NULL
ON CONFLICT DO NOTHING

-- Which channels of an import are listed, by every list that counts for the contact and by what
-- the file itself says, which is a list too: a phone or mail that it flags once is listed for
-- everybody in it, in the words of the first row that flags it. Safe to run again once the import's
-- earlier rows are gone.
-- OFFSET 0 keeps each LATERAL a look-up by index: in the order of the keys that is fastest however
-- long a list is, and no statistics of the temporary tables are needed.
WITH listed AS (
    SELECT k.row_number, k.contact_number, 'phone' AS channel, k.value, e.list_id
    FROM (SELECT row_number, contact_number, value, substr(value, 2)::bigint AS number
          FROM contact_keys WHERE kind = 'phone' AND EXISTS (SELECT FROM dnc_entries)
          ORDER BY number) AS k
    CROSS JOIN LATERAL (SELECT list_id FROM dnc_entries WHERE number = k.number OFFSET 0) AS e
    UNION ALL
    SELECT k.row_number, k.contact_number, 'email', k.value, e.list_id
    FROM (SELECT row_number, contact_number, value
          FROM contact_keys WHERE kind = 'email' AND EXISTS (SELECT FROM dnc_emails)
          ORDER BY value) AS k
    CROSS JOIN LATERAL (SELECT list_id FROM dnc_emails WHERE email_key = k.value OFFSET 0) AS e)
INSERT INTO dnc_suppressions (
    import_id, row_number, contact_number, channel, value, list_id, list_name, kind, version_id,
    list_version, list_as_of, reason)
SELECT %(import_id)s, h.row_number, h.contact_number, h.channel, h.value, l.list_id, l.name,
       l.kind, l.version_id, l.version, l.as_of,
       format('on the list %%s (%%s), version %%s as of %%s', l.name, l.kind, l.version,
              to_char(l.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD'))
FROM listed AS h JOIN dnc_current AS l USING (list_id) CROSS JOIN account AS a
LEFT JOIN contact_campaigns AS c
  ON l.campaign IS NOT NULL AND c.row_number = h.row_number AND c.contact_number = h.contact_number
WHERE l.campaign IS NULL OR lower(l.campaign) = lower(c.campaign)
UNION ALL
SELECT i.import_id, k.row_number, k.contact_number, f.channel, k.value, NULL,
       'file flag: ' || f.flag, 'file', NULL, NULL, i.modified_at,
       format(CASE f.flag WHEN 'litigator' THEN 'the file marks this phone as a known litigator''s'
                          WHEN 'dnc' THEN 'the file marks this phone as do-not-call'
                          ELSE 'the file marks this %%s as opted out' END || ' (%%s)',
              VARIADIC CASE WHEN f.flag IN ('litigator', 'dnc') THEN ARRAY[f.said]
                            ELSE ARRAY[f.channel, f.said] END)
FROM (SELECT DISTINCT ON (channel, value, flag) channel, value, flag, said
      FROM contact_flags ORDER BY channel, value, flag, row_number, contact_number) AS f
JOIN contact_keys AS k ON k.kind = f.channel::match_kind AND k.value = f.value
JOIN lead_sources AS i ON i.import_id = %(import_id)s
ON CONFLICT DO NOTHING

-- Take what `dnc_loaded` opts out from every lead that has it, and note it for every sighting of
-- these leads, so that they can be built again from their sightings without it. They are found by
-- their match keys, and by contacts that were counted for one lead with a key of another. The next
-- usable channel moves up; a lead without any is suppressed. Safe to run again.
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
    SELECT o.channel, o.value, m.lead_id
    FROM opted_out AS o JOIN merge_candidates AS m
        ON m.kind = o.channel::match_kind AND m.value = o.value),
gone AS (
    SELECT lead_id, array_agg(value) FILTER (WHERE channel = 'phone') AS phones,
           array_agg(value) FILTER (WHERE channel = 'email') AS email_keys
    FROM hit GROUP BY lead_id),
rest AS (
    SELECT l.lead_id, kept(l.phones, l.phones, g.phones) AS phones,
           kept(l.emails, l.email_keys, g.email_keys) AS emails,
           kept(l.email_keys, l.email_keys, g.email_keys) AS email_keys
    FROM leads_master AS l JOIN gone AS g USING (lead_id)
    WHERE l.phones && g.phones OR l.email_keys && g.email_keys),
changed AS (
    UPDATE leads_master AS l
    SET phones = r.phones, emails = r.emails, email_keys = r.email_keys,
        phone_e164 = r.phones[1], alternate_phone_number = r.phones[2], email = r.emails[1],
        phone_number_normalized = right(ltrim(r.phones[1], '+'), 10),
        suppressed_at = CASE WHEN r.phones IS NULL AND r.emails IS NULL
                             THEN coalesce(l.suppressed_at, now()) END,
        updated_at = now()
    FROM rest AS r WHERE l.lead_id = r.lead_id
    RETURNING l.lead_id, l.suppressed_at),
sighted AS (
    SELECT lead_id, import_id, row_number, contact_number
    FROM leads_master JOIN gone USING (lead_id)
    UNION
    SELECT lead_id, import_id, row_number, contact_number
    FROM duplicate_leads JOIN gone USING (lead_id)),
noted AS (
    INSERT INTO dnc_suppressions (
        import_id, row_number, contact_number, channel, value, list_id, list_name, kind,
        version_id, list_version, list_as_of, reason)
    SELECT s.import_id, s.row_number, s.contact_number, h.channel, h.value, l.list_id, l.name,
           l.kind, l.version_id, l.version, l.as_of,
           'opted out on ' || to_char(l.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD')
               || coalesce(': ' || v.reason, '')
    FROM hit AS h JOIN sighted AS s USING (lead_id)
    JOIN dnc_current AS l ON l.name = 'opt-outs' JOIN dnc_versions AS v USING (version_id)
    CROSS JOIN account AS a
    ON CONFLICT DO NOTHING)
SELECT h.channel, h.value, count(*) AS leads, count(c.suppressed_at) AS suppressed
FROM hit AS h JOIN changed AS c USING (lead_id)
GROUP BY h.channel, h.value

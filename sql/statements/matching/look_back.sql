-- Take what a list has from every lead that has it, and note it for every sighting of these leads,
-- so that they can be built again from their sightings without it. They are found by their match
-- keys, and by contacts that were counted for one lead with a key of another; a campaign's list
-- looks at leads of the campaign. The next usable channel moves up; a lead without any is
-- suppressed. Safe to run again.
WITH list AS (SELECT * FROM dnc_current WHERE list_id = {list_id}),
found AS (
    SELECT i.kind AS channel, i.value, i.lead_id
    FROM lead_identities AS i JOIN {entries} AS e ON e.number = substr(i.value, 2)::bigint
    WHERE i.kind = 'phone'
    UNION ALL
    SELECT i.kind, i.value, i.lead_id
    FROM lead_identities AS i JOIN dnc_emails AS e ON e.list_id = {list_id} AND e.email_key = i.value
    WHERE i.kind = 'email'
    UNION
    SELECT m.kind, m.value, m.lead_id
    FROM merge_candidates AS m
    WHERE CASE m.kind WHEN 'phone' THEN EXISTS (
                   SELECT FROM {entries} AS e WHERE e.number = substr(m.value, 2)::bigint)
               WHEN 'email' THEN EXISTS (
                   SELECT FROM dnc_emails AS e WHERE e.list_id = {list_id} AND e.email_key = m.value)
               ELSE false END),
hit AS (
    SELECT f.channel::text AS channel, f.value, f.lead_id
    FROM found AS f JOIN leads_master AS l USING (lead_id) CROSS JOIN list
    WHERE list.campaign IS NULL OR lower(list.campaign) IN (lower(l.campaign_name), lower(l.campaign))),
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
        version_id, list_version, list_as_of, reason, looked_back)
    SELECT s.import_id, s.row_number, s.contact_number, h.channel, h.value, l.list_id, l.name,
           l.kind, l.version_id, l.version, l.as_of,
           format('on the list %s (%s), version %s as of %s, which came later', l.name, l.kind,
                  l.version, to_char(l.as_of AT TIME ZONE a.time_zone, 'YYYY-MM-DD')),
           true
    FROM hit AS h JOIN sighted AS s USING (lead_id) CROSS JOIN list AS l CROSS JOIN account AS a
    ON CONFLICT DO NOTHING)
SELECT lead_id, suppressed_at IS NOT NULL AS suppressed FROM changed ORDER BY lead_id

-- Take the channels in `taken` from the leads that have them, and note it for every sighting of these
-- leads, so that they can be built again from their sightings without it. The next usable channel
-- moves up; a lead without any is suppressed. Safe to run again.
WITH gone AS (
    SELECT lead_id, array_agg(value) FILTER (WHERE channel = 'phone') AS phones,
           array_agg(value) FILTER (WHERE channel = 'email') AS email_keys
    FROM taken GROUP BY lead_id),
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
-- In-file duplicates count for the lead of the contact that they repeat.
each_sighting AS (
    SELECT * FROM sighted
    UNION
    SELECT s.lead_id, d.import_id, d.row_number, d.contact_number
    FROM sighted AS s JOIN duplicate_leads AS d
      ON d.import_id = s.import_id AND d.first_row_number = s.row_number
     AND d.first_contact_number = s.contact_number),
noted AS (
    INSERT INTO dnc_suppressions (
        import_id, row_number, contact_number, channel, value, list_id, list_name, kind,
        version_id, list_version, list_as_of, reason, looked_back)
    SELECT s.import_id, s.row_number, s.contact_number, t.channel, t.value, l.list_id, l.name,
           l.kind, l.version_id, l.version, l.as_of, t.reason, t.looked_back
    FROM taken AS t JOIN each_sighting AS s USING (lead_id) JOIN dnc_current AS l USING (list_id)
    ON CONFLICT DO NOTHING)
SELECT t.channel, t.value, lead_id, c.suppressed_at IS NOT NULL AS suppressed
FROM taken AS t JOIN changed AS c USING (lead_id)
ORDER BY lead_id, t.channel, t.value

-- Take what `dnc_loaded` opts out from every lead that has it: by its match keys, and where a
-- contact was counted for a lead although a key of it is another lead's. The next usable channel
-- moves up; a lead without any is suppressed. Safe to run again: what is gone stays gone.
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
        phone_e164 = r.phones[1], email = r.emails[1],
        phone_number_normalized =
            CASE WHEN length(r.phones[1]) > 10 THEN right(r.phones[1], 10) END,
        suppressed_at = CASE WHEN r.phones IS NULL AND r.emails IS NULL
                             THEN coalesce(l.suppressed_at, now()) ELSE l.suppressed_at END,
        updated_at = now()
    FROM rest AS r WHERE l.lead_id = r.lead_id
    RETURNING l.lead_id, l.suppressed_at)
SELECT h.channel, h.value, count(*) AS leads, count(c.suppressed_at) AS suppressed
FROM hit AS h JOIN changed AS c USING (lead_id)
GROUP BY h.channel, h.value

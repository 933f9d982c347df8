-- Each lead looked at, from its sightings: the oldest founds it, those that update it speak after,
-- the last of them first, and so do those by which a person made two leads one, behind the oldest. A
-- value that is there is never lost to one that is not (attributes are merged from the first that
-- spoke to the last). A name, mails or phones that no such sighting has are lent by the first other
-- one that has them. What is no key of the lead is left out, but for weak ones.
WITH ranked AS (
    SELECT p.lead_id, p.position, p.updates OR p.joins OR p.position = 1 AS speaks,
           row_number() OVER (PARTITION BY p.lead_id ORDER BY p.updates DESC,
               CASE WHEN p.updates THEN -p.position ELSE p.position END) AS rank,
           l.source_id, l.import_source, l.supplier, s.*,
           kept(s.emails, s.email_keys, f.emails) AS own_emails,
           kept(s.email_keys, s.email_keys, f.emails) AS own_email_keys,
           kept(s.phones, s.phones, f.phones) AS own_phones
    FROM placed AS p
    JOIN seen AS s USING (import_id, row_number, contact_number)
    JOIN lead_sources AS l USING (import_id)
    LEFT JOIN (
        SELECT import_id, row_number, contact_number,
               array_agg(value) FILTER (WHERE kind = 'email') AS emails,
               array_agg(value) FILTER (WHERE kind = 'phone') AS phones
        FROM conflicts WHERE NOT weak GROUP BY 1, 2, 3) AS f USING (import_id, row_number, contact_number)),
said AS (
    SELECT lead_id, {said},
           merged(attributes ORDER BY rank DESC) FILTER (WHERE speaks) AS attributes,
           array_agg(DISTINCT tag) FILTER (WHERE tag IS NOT NULL) AS tags,
           max(received_at) AS last_received_at,
           (array_agg(import_id ORDER BY position DESC))[1] AS last_import_id
    FROM ranked LEFT JOIN LATERAL unnest(CASE WHEN speaks THEN tags END) AS tag ON true
    GROUP BY lead_id),
named AS (
    SELECT DISTINCT ON (lead_id) lead_id, full_name, first_name, last_name
    FROM ranked WHERE full_name IS NOT NULL ORDER BY lead_id, NOT speaks, rank),
mailed AS (
    SELECT lead_id, array_agg(email ORDER BY first) AS emails,
           array_agg(email_key ORDER BY first) AS email_keys
    FROM (SELECT DISTINCT ON (lead_id, email_key) lead_id, email, email_key,
                 rank * 1000 + at AS first
          FROM (SELECT *, bool_or(speaks AND own_emails IS NOT NULL) OVER one AS spoken,
                       min(rank) FILTER (WHERE own_emails IS NOT NULL) OVER one AS lender
                FROM ranked WINDOW one AS (PARTITION BY lead_id)) AS r
          CROSS JOIN LATERAL unnest(own_emails, own_email_keys) WITH ORDINALITY
              AS u (email, email_key, at)
          WHERE CASE WHEN spoken THEN speaks ELSE rank = lender END
          ORDER BY lead_id, email_key, first) AS each
    GROUP BY lead_id),
phoned AS (
    SELECT lead_id, array_agg(phone ORDER BY first) AS phones
    FROM (SELECT DISTINCT ON (lead_id, phone) lead_id, phone, rank * 1000 + at AS first
          FROM (SELECT *, bool_or(speaks AND own_phones IS NOT NULL) OVER one AS spoken,
                       min(rank) FILTER (WHERE own_phones IS NOT NULL) OVER one AS lender
                FROM ranked WINDOW one AS (PARTITION BY lead_id)) AS r
          CROSS JOIN LATERAL unnest(own_phones) WITH ORDINALITY AS u (phone, at)
          WHERE CASE WHEN spoken THEN speaks ELSE rank = lender END
          ORDER BY lead_id, phone, first) AS each
    GROUP BY lead_id)
INSERT INTO leads_master AS l (
    lead_id, id, source_id, import_source, supplier, import_id, row_number, contact_number, received_at,
    full_name, first_name, last_name, email, emails, email_keys,
    phone_e164, phone_number_normalized, alternate_phone_number, phones, tags, last_received_at, last_import_id,
    {names} {attribute_names})
SELECT r.lead_id, r.lead_id, r.source_id, r.import_source, r.supplier, r.import_id, r.row_number, r.contact_number,
       r.received_at, n.full_name, n.first_name, n.last_name, m.emails[1], m.emails, m.email_keys,
       p.phones[1], right(ltrim(p.phones[1], '+'), 10), p.phones[2], p.phones, s.tags, s.last_received_at,
       s.last_import_id, {said_names} {attribute_names}
FROM ranked AS r
JOIN said AS s USING (lead_id)
LEFT JOIN named AS n USING (lead_id)
LEFT JOIN mailed AS m USING (lead_id)
LEFT JOIN phoned AS p USING (lead_id)
{attributes}
WHERE r.position = 1
ON CONFLICT (lead_id) DO UPDATE SET
    ({updated}) = ROW ({excluded}),
    suppressed_at = CASE WHEN excluded.emails IS NULL AND excluded.phones IS NULL
                         THEN coalesce(l.suppressed_at, now()) END,
    updated_at = now()

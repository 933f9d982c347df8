-- The sightings that are looked at, each with its keys. Read only.
SELECT import_id, row_number, contact_number, s.received_at, s.external_lead_id AS external_id,
       lower(coalesce(s.full_name, '')) AS name, s.all_email_keys AS email_keys,
       s.all_phones AS phones, m.lead_id, m.founder_of, s.no_keys AS weak_mails,
       ARRAY(SELECT value FROM unnest(s.all_phones) AS value
             WHERE value IN (SELECT n.value FROM shared_numbers AS n)) AS weak_phones,
       kept(s.all_email_keys, s.all_email_keys, s.email_keys)
           || kept(s.all_phones, s.all_phones, s.phones) AS all_listed,
       (SELECT jsonb_object_agg(value, decisions)
        FROM (SELECT k.kind || ':' || k.value AS value, jsonb_agg(k.decision_id) AS decisions
              FROM merged_keys AS k JOIN lead_sources AS i ON i.import_id = s.import_id
              WHERE k.kind = 'email' AND k.value = ANY (s.all_email_keys)
                 OR k.kind = 'phone' AND k.value = ANY (s.all_phones)
                 OR k.kind = 'external_id' AND k.value = i.source_id || ':' || s.external_lead_id
              GROUP BY 1) AS k) AS decided
FROM seen AS s
JOIN members AS m USING (import_id, row_number, contact_number)
WHERE NOT m.gone

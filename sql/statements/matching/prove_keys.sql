-- No two leads with one key: channels of a lead whose key is not that lead's, and keys of no lead.
-- Numbers that several people share, and mails that are no key, are excepted. Read only.
SELECT (SELECT count(*)
        FROM leads_master AS l
        CROSS JOIN LATERAL (
            SELECT 'email'::match_kind AS kind, unnest(l.email_keys) AS value
            UNION ALL SELECT 'phone', unnest(l.phones)) AS k
        LEFT JOIN lead_identities AS i
          ON i.key_hash = hashtextextended(k.kind::text || ':' || k.value, 0)
         AND i.key_check = hashtextextended(k.kind::text || ':' || k.value, 1)
         AND i.kind = k.kind AND i.value = k.value
        WHERE i.lead_id IS DISTINCT FROM l.lead_id
          AND NOT EXISTS (SELECT FROM shared_numbers AS s WHERE k.kind = 'phone' AND s.value = k.value)
          AND NOT EXISTS (SELECT FROM loose_keys AS o
                          WHERE o.lead_id = l.lead_id AND o.kind = k.kind AND o.value = k.value
                            AND o.no_key))
            AS "channels whose key is not the lead's",
       (SELECT count(*) FROM lead_identities AS i
        WHERE NOT EXISTS (SELECT FROM leads_master AS l WHERE l.lead_id = i.lead_id))
            AS "keys of no lead"

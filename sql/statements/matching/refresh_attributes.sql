-- What files said of the leads that they updated, over what those had; the last one counts, and an
-- empty value never erases a full one. Safe to run again.
UPDATE leads_master AS l SET ({names}) = ROW ({values})
FROM (SELECT lead_id, merged(attributes ORDER BY received_at, import_id, row_number, contact_number)
          AS attributes
      FROM told GROUP BY lead_id) AS s
CROSS JOIN LATERAL jsonb_to_record(s.attributes) AS t ({definitions})
WHERE l.lead_id = s.lead_id

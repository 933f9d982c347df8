-- Add what the sightings looked at count as to their imports, or take it out (sign -1). The import
-- that is at work is left out: it is counted at its end.
UPDATE lead_sources AS s
SET contacts_new = contacts_new + %(sign)s * d.new,
    contacts_in_file = contacts_in_file + %(sign)s * d.in_file,
    contacts_same_source = contacts_same_source + %(sign)s * d.same_source,
    contacts_cross_source = contacts_cross_source + %(sign)s * d.cross_source,
    contacts_updated = contacts_updated + %(sign)s * d.updated
FROM (
    SELECT import_id,
           count(*) FILTER (WHERE outcome = 'new') AS new,
           count(*) FILTER (WHERE outcome = 'in_file_duplicate') AS in_file,
           count(*) FILTER (WHERE outcome = 'same_source_duplicate') AS same_source,
           count(*) FILTER (WHERE outcome = 'cross_source_duplicate') AS cross_source,
           count(*) FILTER (WHERE outcome = 'updated') AS updated
    FROM (SELECT import_id, 'new' AS outcome FROM leads_master JOIN replay_leads USING (lead_id)
          UNION ALL
          SELECT import_id, outcome
          FROM duplicate_leads JOIN members USING (import_id, row_number, contact_number)) AS one
    GROUP BY import_id) AS d
WHERE s.import_id = d.import_id AND s.import_id <> %(import_id)s

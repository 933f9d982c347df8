-- Imports that founded or updated leads that there are. Read only.
SELECT import_id FROM lead_sources AS i
WHERE archive_table IS NOT NULL
  AND (EXISTS (SELECT FROM leads_master AS l WHERE l.import_id = i.import_id)
       OR EXISTS (SELECT FROM duplicate_leads AS d
                  WHERE d.import_id = i.import_id AND d.updates))
ORDER BY import_id

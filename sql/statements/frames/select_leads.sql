-- Every lead with the names of its source, as people analyse them. Read only.
SELECT l.*, s.display_name AS source, s.source_type
FROM leads_master AS l LEFT JOIN source_names AS s USING (source_id)
ORDER BY l.lead_id

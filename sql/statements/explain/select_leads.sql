-- Some leads as they are now, with the names of their primary source. Read only.
SELECT l.*, s.display_name AS source, s.source_type
FROM leads_master AS l JOIN source_names AS s USING (source_id)
WHERE l.lead_id = ANY(%(leads)s)
ORDER BY l.lead_id

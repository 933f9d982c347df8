-- All sources of some leads. Read only.
SELECT * FROM lead_source_list WHERE lead_id = ANY(%(leads)s)
ORDER BY lead_id, is_primary DESC, received_at

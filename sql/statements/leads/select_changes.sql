-- What people changed in some leads, the latest first. Read only.
SELECT lead_id, changed_at, changed_by, field, old_value, new_value
FROM lead_changes WHERE lead_id = ANY (%(leads)s)
ORDER BY change_id DESC

-- The header and columns of the supplier's last file that was imported, before this one. Read only.
SELECT layout -> 'header' AS header, columns, profile FROM lead_sources
WHERE supplier = %(supplier)s AND archived_at IS NOT NULL AND import_id <> %(import_id)s
ORDER BY archived_at DESC
LIMIT 1

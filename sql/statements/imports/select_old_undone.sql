-- Imports that were taken back before a time, and whose contacts are still put aside. Read only.
SELECT import_id, archive_table FROM lead_sources
WHERE status = 'undone' AND undone_at < %(before)s AND archive_table IS NOT NULL
ORDER BY import_id

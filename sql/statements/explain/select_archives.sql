-- Imports whose contacts are in the archive: all, or only those that were undone. Read only.
SELECT import_id, archive_table FROM lead_sources
WHERE archive_table IS NOT NULL AND (NOT %(undone)s OR status = 'undone')
ORDER BY import_id

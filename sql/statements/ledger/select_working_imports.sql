-- Imports that a living worker holds at this moment: its session owns an advisory lock. Read only.
SELECT DISTINCT objid::bigint AS import_id FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid::bigint = ANY(%(lock_classes)s) AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())

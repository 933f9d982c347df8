-- Imports that a living worker holds at this moment: its session owns the advisory lock. Read only.
SELECT objid::bigint AS import_id FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid = %(lock_class)s AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())

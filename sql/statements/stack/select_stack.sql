-- The `up` that works on this database: its name, and since when. Read only.
SELECT a.application_name AS name, a.backend_start AS since
FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND l.classid::bigint = %(lock_class)s AND l.objid::bigint = %(number)s
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())

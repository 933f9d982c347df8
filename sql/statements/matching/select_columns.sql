-- The columns of a table. Read only.
SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = %(schema)s AND table_name = %(table)s

-- The columns of leads_master: their names, their types, and what the schema says of them. Read only.
SELECT attname AS name, format_type(atttypid, NULL) AS type,
       col_description(attrelid, attnum) AS description
FROM pg_attribute
WHERE attrelid = 'leads_master'::regclass AND attnum > 0 AND NOT attisdropped
ORDER BY attnum

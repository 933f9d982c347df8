-- What tables take on the disk with all that belongs to them, in bytes: the catalogs, where every import
-- leaves the columns of its tables, those of all imports together, and all others. Read only.
SELECT sum(pg_total_relation_size(c.oid)) FILTER (WHERE n.nspname = 'pg_catalog') AS catalogs,
       sum(pg_total_relation_size(c.oid)) FILTER (WHERE n.nspname = 'archive') AS archives,
       sum(pg_total_relation_size(c.oid)) FILTER (WHERE n.nspname = 'public') AS leads
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname IN ('pg_catalog', 'archive', 'public')

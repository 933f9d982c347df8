-- The last migration that has run. Read only.
SELECT version_num FROM schema_version

-- The server's version and its clock, beside which release of our tables it has. Read only.
SELECT current_setting('server_version') AS version, clock_timestamp() AS now,
       to_regclass('schema_version') IS NOT NULL AS has_schema

-- As whom imports work, and what that role may do that no import needs. Read only.
SELECT current_user AS role, rolsuper AS superuser, rolcreaterole AS roles, rolcreatedb AS databases,
    pg_has_role('pg_execute_server_program', 'USAGE') OR pg_has_role('pg_read_server_files', 'USAGE')
        OR pg_has_role('pg_write_server_files', 'USAGE') AS programs,
    EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND pg_has_role(relowner, 'USAGE')) AS tables
FROM pg_roles WHERE rolname = current_user

-- What the role of imports may do: read and change rows, and own what it makes in four schemas. By the
-- owner, after each upgrade; safe to repeat. What the schemas hold becomes the role's, also of a time with
-- one role only.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON schema_version FROM {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON FUNCTION show_in_parent TO {role};
GRANT USAGE, CREATE ON SCHEMA staging, archive, dnc, dagster TO {role};
DO $$
DECLARE command text;
BEGIN
    FOR command IN
        SELECT format('ALTER TABLE %s OWNER TO {role}', oid::regclass) FROM pg_class
        WHERE relkind IN ('r', 'p') AND relowner <> '{role}'::regrole
          AND relnamespace IN ('staging'::regnamespace, 'archive'::regnamespace, 'dnc'::regnamespace,
                               'dagster'::regnamespace)
        UNION ALL
        SELECT format('GRANT TEMPORARY ON DATABASE %I TO {role}', current_database())
    LOOP
        EXECUTE command;
    END LOOP;
END $$

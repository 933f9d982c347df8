-- All that a superuser owns in this database becomes the owner's: of an older release, which had no other
-- role, or of a backup that was restored. And imports may sweep the catalogs, as upkeep does. Safe to repeat.
GRANT MAINTAIN ON pg_attribute, pg_class, pg_type, pg_depend, pg_index, pg_statistic TO leads;
DO $$
DECLARE command text;
BEGIN
    FOR command IN
        WITH ours AS (
            SELECT oid FROM pg_namespace
            WHERE nspname = 'public' OR (nspowner = current_user::regrole AND nspname !~ '^pg_|^information_schema$'))
        SELECT format('ALTER DATABASE %I OWNER TO leads_owner', datname) FROM pg_database
        WHERE datname = current_database() AND datdba = current_user::regrole
        UNION ALL
        SELECT format('ALTER SCHEMA %s OWNER TO leads_owner', oid::regnamespace) FROM ours
        WHERE oid <> 'public'::regnamespace
        UNION ALL
        SELECT format('ALTER %s %s OWNER TO leads_owner',
                      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
        FROM pg_class c JOIN ours ON ours.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'S') AND relowner = current_user::regrole
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')
                          AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass)
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO leads_owner', p.oid::regprocedure)
        FROM pg_proc p JOIN ours ON ours.oid = pronamespace WHERE proowner = current_user::regrole
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO leads_owner', t.oid::regtype)
        FROM pg_type t JOIN ours ON ours.oid = typnamespace
        WHERE typtype IN ('e', 'd') AND typowner = current_user::regrole
    LOOP
        EXECUTE command;
    END LOOP;
END $$

-- Two roles: one owns the tables, the other imports. Which they are is said at each start, by
-- sql/statements/database/grant_rights.sql.

-- The role of imports owns the tables that it makes for an import or a list, and these two only the owner
-- may do: a table becomes a child of the one that shows the rows of all, by the schema that it lies in.
CREATE FUNCTION show_in_parent(child regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parent regclass := CASE (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                             WHERE c.oid = child)
        WHEN 'staging' THEN 'public.leads' WHEN 'dnc' THEN 'public.dnc_entries' END;
BEGIN
    IF parent IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = child || ' lies in no schema of imports';
    END IF;
    EXECUTE 'ALTER TABLE ' || child || ' INHERIT ' || parent;
END $$;
COMMENT ON FUNCTION show_in_parent IS
    'Shows the rows of a table of the schema staging in leads, of the schema dnc in dnc_entries.';
REVOKE EXECUTE ON FUNCTION show_in_parent FROM PUBLIC;

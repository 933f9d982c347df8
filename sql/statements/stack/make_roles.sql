-- The two roles of the embedded database: one imports, the other owns the tables and may also change what
-- the first one owns. Safe to repeat.
DO $$
BEGIN
    IF to_regrole('leads') IS NULL THEN
        CREATE ROLE leads LOGIN;
    END IF;
    IF to_regrole('leads_owner') IS NULL THEN
        CREATE ROLE leads_owner LOGIN IN ROLE leads;
    END IF;
END $$

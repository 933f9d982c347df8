-- Free the name of the superuser of an older release for the role of imports. A role cannot rename itself,
-- so another does; one transaction, so that none is left of it.
CREATE ROLE renaming SUPERUSER;
SET SESSION AUTHORIZATION renaming;
ALTER ROLE leads RENAME TO postgres;
RESET SESSION AUTHORIZATION;
DROP ROLE renaming

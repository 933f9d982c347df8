-- Fresh tables for what the rows become, whatever an earlier attempt left. One row per contact.
DROP TABLE IF EXISTS {normalized}, {invalid};
DELETE FROM {rejected} WHERE staged;
CREATE TABLE {normalized} (import_id integer NOT NULL DEFAULT {import_id}, {definitions});
CREATE TABLE {invalid} (
    row_number bigint NOT NULL, contact_number smallint NOT NULL, contact_role text NOT NULL,
    code text NOT NULL, reason text NOT NULL, contact_name text, email text, phone text)

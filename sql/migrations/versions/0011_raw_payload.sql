-- A record that an API sent goes through staging as it stands; its members stand beside it as text.
ALTER TABLE leads ADD COLUMN raw_payload text;
COMMENT ON COLUMN leads.raw_payload IS
    'The JSON of the record, where the file is one of records; empty elsewhere.';

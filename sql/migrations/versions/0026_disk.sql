-- What imports leave on the disk.

-- A list of millions of broken rows would stand here a second time: beyond a limit they keep their
-- number and reason, for what stands in them stands in the bucket's file.
ALTER TABLE rejected_leads ALTER COLUMN raw DROP NOT NULL;
COMMENT ON COLUMN rejected_leads.raw IS
    'The cells in the order of the file''s header (array), or the record''s text as it stands; NULL beyond '
    'LEADS_KEPT_REJECTED_ROWS, where they are read again from the file in the bucket.';

-- By default dead rows may be a fifth of a table before they are swept: of 10 million leads, 2 million
-- that undo or an update left. A tenth of that costs a sweep more often, and each is shorter.
ALTER TABLE leads_master SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE lead_identities SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE lead_sources_history
    SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE duplicate_leads SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE rejected_leads SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE connector_inbox SET (autovacuum_vacuum_scale_factor = 0.02);
-- A row of each is updated at every step of an import: few rows, written all day.
ALTER TABLE lead_sources SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
ALTER TABLE source_names SET (fillfactor = 80);

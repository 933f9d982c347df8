-- What imports leave on the disk.

-- A list of millions of broken rows would stand here a second time: beyond a limit they keep their
-- number and reason, for what stands in them stands in the bucket's file.
ALTER TABLE rejected_leads ALTER COLUMN raw DROP NOT NULL;
COMMENT ON COLUMN rejected_leads.raw IS
    'The cells in the order of the file''s header (array), or the record''s text as it stands; NULL beyond '
    'LEADS_KEPT_REJECTED_ROWS, where they are read again from the file in the bucket.';

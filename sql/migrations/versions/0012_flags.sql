-- Flags of files in their own words, and lists that look back at the leads that there are.

ALTER TABLE dnc_suppressions ADD COLUMN looked_back boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dnc_suppressions.looked_back IS
    'The list came after the contact: a later version that drops the entry gives the channel back.';
COMMENT ON TABLE dnc_suppressions IS
    'Channels that a list took away from an import''s contacts, or later from the people they are. '
    'Without list_id and version: what the file itself said of a phone or mail, in its words.';
CREATE INDEX dnc_suppressions_looked_back ON dnc_suppressions (list_id) WHERE looked_back;

-- What is normalized and not decided yet has no flags in its table: it is normalized once more.
UPDATE lead_sources SET normalized_at = NULL, status = 'loaded'
WHERE status = 'normalized';

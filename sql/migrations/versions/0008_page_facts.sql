-- What Dagster's pages tell beside the counts, each cheap to ask for however many leads there are.

ALTER TABLE lead_sources ADD COLUMN contact_columns jsonb;
COMMENT ON COLUMN lead_sources.contact_columns IS
    'For each column of phones or mails, by its field: cells that are filled, and those of them that '
    'gave a valid value.';

-- How many leads there are in all: a sum over the imports, out of the index alone.
CREATE INDEX lead_sources_founded ON lead_sources (status) INCLUDE (import_id, contacts_new)
    WHERE archived_at IS NOT NULL;

CREATE INDEX merge_candidates_import ON merge_candidates (import_id);

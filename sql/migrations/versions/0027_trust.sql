-- Attempts that an outage took are counted apart from those that the import itself used up.
ALTER TABLE lead_sources
    ADD COLUMN faults  integer NOT NULL DEFAULT 0,
    ADD COLUMN outages integer NOT NULL DEFAULT 0;
UPDATE lead_sources SET
    faults = CASE WHEN error_code = 'outside_trouble' THEN 0 ELSE attempt - asked_attempt END,
    outages = CASE WHEN error_code = 'outside_trouble' THEN attempt - asked_attempt ELSE 0 END
WHERE status IN ('waiting', 'loaded', 'normalized', 'archived') AND attempt > asked_attempt;
ALTER TABLE lead_sources DROP COLUMN asked_attempt;
COMMENT ON COLUMN lead_sources.faults IS
    'Attempts that ended by a fault since the file came, or since a person last asked for it.';
COMMENT ON COLUMN lead_sources.outages IS
    'Attempts that an outage ended since then; they use up nothing of the patience with faults.';

-- What failed or was rejected has brought nothing: the same bytes may come again under any name.
DROP INDEX lead_sources_content;
CREATE UNIQUE INDEX lead_sources_content ON lead_sources (sha256)
    WHERE status NOT IN ('duplicate', 'undone', 'failed', 'rejected');
DROP INDEX lead_sources_partition;
CREATE UNIQUE INDEX lead_sources_partition ON lead_sources (partition_key)
    WHERE status NOT IN ('undone', 'failed', 'rejected');

-- An object whose name cannot be used is recorded as rejected, and has no partition.
ALTER TABLE lead_sources
    DROP CONSTRAINT lead_sources_check,
    ADD CONSTRAINT lead_sources_partition_check
        CHECK (partition_key IS NOT NULL OR status IN ('duplicate', 'rejected'));

-- Imports that wait for a person before they count, and attempts that a person asked for.

ALTER TABLE suppliers
    ADD COLUMN review text CHECK (review IN ('never', 'when-doubtful', 'always'));
COMMENT ON COLUMN suppliers.review IS
    'Which of its imports wait for a person before they count; null: as LEADS_REVIEW says.';

ALTER TABLE lead_sources
    ADD COLUMN decisive_drift text[],
    ADD COLUMN held_for       jsonb,
    ADD COLUMN held_at        timestamptz,
    ADD COLUMN confirmed_at   timestamptz,
    ADD COLUMN confirmed_by   text,
    ADD COLUMN asked_attempt  integer NOT NULL DEFAULT 1,
    DROP CONSTRAINT lead_sources_status_check,
    ADD CONSTRAINT lead_sources_status_check CHECK (status IN (
        'waiting', 'loaded', 'normalized', 'held', 'archived', 'completed',
        'duplicate', 'rejected', 'failed', 'undone'));
COMMENT ON COLUMN lead_sources.decisive_drift IS
    'Of what changed since the supplier''s last file (drift): columns of phones, mails and flags.';
COMMENT ON COLUMN lead_sources.held_for IS
    'Why a person is to look before the import counts: objects with code and message.';
COMMENT ON COLUMN lead_sources.asked_attempt IS
    'The attempt that a person asked for last; 1: the file came, and nobody has asked since.';
CREATE INDEX lead_sources_held ON lead_sources (import_id) WHERE status = 'held';

DROP VIEW upload_batches;
CREATE VIEW upload_batches AS
SELECT import_id AS batch_id, original_filename, hash, supplier, source, source_type, import_source, status,
       rows_read AS total_rows, rows_contacts AS rows_with_contacts, rows_rejected AS rejected,
       rows_blank AS blank, contacts_found AS contacts, contacts_new AS accepted,
       contacts_updated AS updated,
       contacts_in_file + contacts_same_source + contacts_cross_source AS duplicates,
       contacts_suppressed AS suppressed, contacts_invalid AS invalid,
       CASE WHEN status = 'held' THEN contacts_callable END AS held,
       cost_per_lead, cost_per_lead * contacts_new AS cost,
       seen_at AS uploaded_at, normalized_at, held_at, confirmed_at, confirmed_by,
       completed_at, undone_at, error
FROM lead_sources;
COMMENT ON VIEW upload_batches IS
    'total_rows = rows_with_contacts + rejected + blank; '
    'contacts = accepted + updated + duplicates + suppressed + invalid; while held: held + invalid.';

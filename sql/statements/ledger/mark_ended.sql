-- The import ends without an archive: duplicate, rejected or failed, with the reason.
-- One that is archived already never falls back.
UPDATE lead_sources
SET status = %(status)s, error_code = %(code)s, error = %(reason)s,
    duplicate_of = %(duplicate_of)s, completed_at = now()
WHERE import_id = %(import_id)s AND archived_at IS NULL

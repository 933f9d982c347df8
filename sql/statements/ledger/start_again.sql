-- A person wants the file read once more: from the first step on, as what is settled now says.
UPDATE lead_sources
SET status = 'waiting', completed_at = NULL, held_at = NULL, held_for = NULL,
    confirmed_at = NULL, confirmed_by = NULL, error_code = NULL, error = NULL,
    attempt = attempt + 1, asked_attempt = attempt + 1
WHERE import_id = %(import_id)s AND status IN ('held', 'failed', 'rejected')

-- A person wants the file read once more: from the first step on, as what is settled now says, with
-- all patience. What has no partition is an object whose name cannot be used.
UPDATE lead_sources
SET status = 'waiting', completed_at = NULL, held_at = NULL, held_for = NULL,
    confirmed_at = NULL, confirmed_by = NULL, error_code = NULL, error = NULL,
    attempt = attempt + 1, faults = 0, outages = 0
WHERE import_id = %(import_id)s AND status IN ('held', 'failed', 'rejected')
  AND partition_key IS NOT NULL

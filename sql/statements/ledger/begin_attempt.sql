-- The next attempt, unless somebody was faster. Safe to run again: the old number must still stand.
UPDATE lead_sources
SET attempt = attempt + 1, faults = faults + %(faults)s, outages = outages + %(outages)s,
    error_code = NULL, error = %(reason)s
WHERE import_id = %(import_id)s AND attempt = %(attempt)s
  AND status IN ('waiting', 'loaded', 'normalized', 'archived')

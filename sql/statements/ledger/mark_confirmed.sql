-- A person has seen a held import and said yes: it goes on from there, in a run of its own.
UPDATE lead_sources
SET status = 'normalized', confirmed_at = now(), confirmed_by = %(who)s,
    error_code = NULL, error = NULL, attempt = attempt + 1, faults = 0, outages = 0
WHERE import_id = %(import_id)s AND status = 'held'

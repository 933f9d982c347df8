-- What went wrong last, for status and for the next attempt; the state stays.
UPDATE lead_sources SET error_code = %(code)s, error = %(reason)s
WHERE import_id = %(import_id)s AND status IN ('waiting', 'loaded', 'normalized', 'archived')

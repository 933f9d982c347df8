-- A normalized import waits for a person. Safe to run again.
UPDATE lead_sources
SET status = 'held', held_at = now(), held_for = %(reasons)s, error_code = 'held', error = %(told)s
WHERE import_id = %(import_id)s AND status = 'normalized'

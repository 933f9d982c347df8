-- A pull is over: how it ended, and which parts could not be read.
UPDATE connector_pulls
SET ended_at = %(now)s, status = %(status)s, error = %(error)s, faults = %(faults)s
WHERE pull_id = %(pull_id)s
RETURNING *

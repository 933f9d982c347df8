-- The next portion of leads that a list has released.
WITH taken AS (
    DELETE FROM released
    WHERE lead_id IN (SELECT lead_id FROM released ORDER BY lead_id LIMIT %(most)s)
    RETURNING lead_id)
INSERT INTO replay_leads SELECT lead_id FROM taken

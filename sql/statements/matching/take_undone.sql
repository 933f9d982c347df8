-- The next portion of leads that have to do without the import that is taken back.
WITH taken AS (
    DELETE FROM undone_seeds
    WHERE lead_id IN (SELECT lead_id FROM undone_seeds ORDER BY lead_id LIMIT %(most)s)
    RETURNING lead_id)
INSERT INTO replay_leads SELECT lead_id FROM taken

-- Leads that have something only from the sightings that go, or would get something from the others
-- that they lack, are left to the replay.
DELETE FROM replay_leads WHERE lead_id IN (
    SELECT l.lead_id
    FROM members AS m
    JOIN seen AS s USING (import_id, row_number, contact_number)
    JOIN leads_master AS l ON l.lead_id = m.lead_id
    WHERE NOT m.gone
    GROUP BY l.lead_id
    HAVING bool_or(s.full_name IS NOT NULL) <> (l.full_name IS NOT NULL)
        OR bool_or(s.emails IS NOT NULL) <> (l.emails IS NOT NULL)
        OR bool_or(s.phones IS NOT NULL) <> (l.phones IS NOT NULL))

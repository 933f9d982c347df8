-- Add the leads looked at to what their sources count, or take them out (sign -1). ANY (ARRAY) keeps
-- the planner at one index probe a lead: a join would read all leads that there are.
INSERT INTO source_days (source_id, day, leads)
SELECT source_id, (received_at AT TIME ZONE a.time_zone)::date, %(sign)s * count(*)
FROM (SELECT source_id, received_at FROM leads_master
      WHERE lead_id = ANY (ARRAY(SELECT lead_id FROM replay_leads))
      UNION ALL
      SELECT source_id, h.received_at
      FROM lead_sources_history AS h
      WHERE lead_id = ANY (ARRAY(SELECT lead_id FROM replay_leads))) AS counted
CROSS JOIN account AS a
GROUP BY 1, 2
ON CONFLICT (source_id, day) DO UPDATE SET leads = source_days.leads + excluded.leads

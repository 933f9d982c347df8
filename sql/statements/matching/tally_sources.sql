-- Add the leads looked at to what their sources count, or take them out (sign -1). ANY (ARRAY), and
-- LATERAL with OFFSET where there may be less history than leads, keep the planner at one index probe
-- a lead: a join would read all that there are.
INSERT INTO source_days (source_id, day, leads)
SELECT source_id, (received_at AT TIME ZONE a.time_zone)::date, %(sign)s * count(*)
FROM (SELECT source_id, received_at FROM leads_master
      WHERE lead_id = ANY (ARRAY(SELECT lead_id FROM replay_leads))
      UNION ALL
      SELECT h.source_id, h.received_at
      FROM replay_leads AS r CROSS JOIN LATERAL (
          SELECT source_id, received_at FROM lead_sources_history AS h
          WHERE h.lead_id = r.lead_id OFFSET 0) AS h) AS counted
CROSS JOIN account AS a
GROUP BY 1, 2
ON CONFLICT (source_id, day) DO UPDATE SET leads = source_days.leads + excluded.leads

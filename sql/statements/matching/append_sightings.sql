-- Cases B and C: contacts that are the last sighting of a known lead. B, a source that the lead has
-- already, only notes it; C, a source new to the lead, adds to its history and to the source's count.
CREATE TEMP TABLE appended ON COMMIT DROP AS
SELECT m.row_number, m.contact_number, m.matched_by, m.lead_id,
       least(n.event_at, {modified_at}) AS received_at,
       l.source_id = {source_id} OR EXISTS (
           SELECT FROM lead_sources_history AS h
           WHERE h.lead_id = m.lead_id AND h.source_id = {source_id}) AS known,
       row_number() OVER (PARTITION BY m.lead_id
           ORDER BY least(n.event_at, {modified_at}), m.row_number, m.contact_number) AS nth
FROM matches AS m
JOIN {normalized} AS n ON n.original_lead_id = m.row_number AND n.contact_number = m.contact_number
JOIN leads_master AS l ON l.lead_id = m.lead_id
WHERE NOT EXISTS (SELECT FROM in_file AS x WHERE x.row_number = m.row_number
                  AND x.contact_number = m.contact_number)
  AND NOT EXISTS (SELECT FROM replayed AS x WHERE x.row_number = m.row_number
                  AND x.contact_number = m.contact_number);
ANALYZE appended;
INSERT INTO duplicate_leads (
    import_id, row_number, contact_number, outcome, matched_by, lead_id, received_at)
SELECT {import_id}, row_number, contact_number,
       CASE WHEN known OR nth > 1 THEN 'same_source_duplicate' ELSE 'cross_source_duplicate' END,
       matched_by, lead_id, received_at
FROM appended;
INSERT INTO lead_sources_history (
    lead_id, source_id, import_id, row_number, contact_number, external_id, raw_payload, received_at)
SELECT a.lead_id, {source_id}, {import_id}, row_number, contact_number, c.external_lead_id,
       c.raw_payload, a.received_at
FROM appended AS a JOIN ({contacts}) AS c USING (row_number, contact_number)
WHERE NOT a.known AND a.nth = 1;
INSERT INTO source_days (source_id, day, leads)
SELECT {source_id}, (received_at AT TIME ZONE t.time_zone)::date, count(*)
FROM appended CROSS JOIN account AS t
WHERE NOT known AND nth = 1
GROUP BY 1, 2
ON CONFLICT (source_id, day) DO UPDATE SET leads = source_days.leads + excluded.leads;
UPDATE leads_master AS l
SET last_received_at = a.received_at, last_import_id = {import_id}
FROM (SELECT lead_id, max(received_at) AS received_at FROM appended GROUP BY 1) AS a
WHERE l.lead_id = a.lead_id

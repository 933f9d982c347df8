-- Pairs to compare: a new lead with any other that shares a blocking key with it, unless so many
-- share the key that it tells nothing. What a person has decided is not asked again.
CREATE UNIQUE INDEX ON linkage_new (lead_id);
ANALYZE linkage_new;
CREATE TEMP TABLE linkage_met ON COMMIT DROP AS
SELECT k.key, k.lead_id, EXISTS (SELECT FROM linkage_new AS n WHERE n.lead_id = k.lead_id) AS is_new
FROM linkage_keys AS k
WHERE k.key IN (SELECT key FROM linkage_keys JOIN linkage_new USING (lead_id));
CREATE INDEX ON linkage_met (key);
ANALYZE linkage_met;
CREATE TEMP TABLE linkage_pairs ON COMMIT DROP AS
WITH telling AS (
    SELECT key FROM linkage_met GROUP BY key HAVING count(*) BETWEEN 2 AND {most_alike}),
rejected AS (
    SELECT least(a.lead_id, b.lead_id) AS lead_id, greatest(a.lead_id, b.lead_id) AS other_lead_id
    FROM decided_leads AS a JOIN decided_leads AS b USING (decision_id)
    WHERE a.side < b.side AND NOT a.accepted)
SELECT DISTINCT a.lead_id, b.lead_id AS other_lead_id
FROM telling JOIN linkage_met AS a USING (key) JOIN linkage_met AS b USING (key)
WHERE a.lead_id < b.lead_id AND (a.is_new OR b.is_new)
  AND NOT EXISTS (
      SELECT FROM rejected AS r WHERE r.lead_id = a.lead_id AND r.other_lead_id = b.lead_id)

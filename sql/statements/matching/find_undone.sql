-- The leads that an import founded, and those that it was seen in, before it is taken back.
CREATE TEMP TABLE undone_leads ON COMMIT DROP AS
SELECT lead_id, {worked_on} AS worked_on,
       EXISTS (SELECT FROM duplicate_leads AS d WHERE d.lead_id = l.lead_id)
       OR EXISTS (SELECT FROM merge_candidates AS c WHERE c.lead_id = l.lead_id)
       OR EXISTS (SELECT FROM merge_candidates AS c WHERE c.other_lead_id = l.lead_id) AS shared
FROM leads_master AS l WHERE import_id = {import_id};
CREATE TEMP TABLE undone_seeds ON COMMIT DROP AS
SELECT lead_id FROM undone_leads WHERE shared
UNION
SELECT lead_id FROM duplicate_leads WHERE import_id = {import_id} AND lead_id IS NOT NULL;
CREATE INDEX ON undone_seeds (lead_id)

-- The leads that an import founded, those that it was seen in, and those that have a number of which
-- only it knew that several people share it, before it is taken back. The leads are held, so that
-- nobody works on one that goes.
CREATE TEMP TABLE undone_leads ON COMMIT DROP AS
SELECT lead_id, {worked_on} AS worked_on,
       EXISTS (SELECT FROM duplicate_leads AS d WHERE d.lead_id = l.lead_id)
       OR EXISTS (SELECT FROM loose_keys AS k
                  WHERE k.lead_id = l.lead_id AND k.other_lead_id IS NOT NULL)
       OR EXISTS (SELECT FROM loose_keys AS k WHERE k.other_lead_id = l.lead_id) AS shared
FROM leads_master AS l WHERE import_id = {import_id} FOR NO KEY UPDATE;
CREATE TEMP TABLE undone_seeds ON COMMIT DROP AS
SELECT lead_id FROM undone_leads WHERE shared
UNION
SELECT lead_id FROM duplicate_leads WHERE import_id = {import_id} AND lead_id IS NOT NULL
UNION
SELECT k.lead_id
FROM shared_numbers AS s JOIN loose_keys AS k ON k.kind = 'phone' AND k.value = s.value
WHERE s.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM shared_numbers AS o WHERE o.value = s.value AND o.import_id <> {import_id});
DELETE FROM shared_numbers WHERE import_id = {import_id};
CREATE INDEX ON undone_seeds (lead_id)

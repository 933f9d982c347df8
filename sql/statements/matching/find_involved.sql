-- Contacts that cannot simply be added as the last sighting of the lead that they match, or as a lead
-- of their own: an older sighting of somebody, one that brings or lends a lead something, one on a
-- supplier's own terms, those that the file links, those with only weak keys that somebody else has
-- too, those by whose number
-- a lead was known that turns out to be shared, and those about whom a person has decided.
CREATE TEMP TABLE involved ON COMMIT DROP AS
SELECT h.row_number, h.contact_number
FROM hits AS h
JOIN leads_master AS l USING (lead_id)
JOIN {normalized} AS n
  ON n.original_lead_id = h.row_number AND n.contact_number = h.contact_number
LEFT JOIN matches AS m ON m.row_number = h.row_number AND m.contact_number = h.contact_number
                      AND m.lead_id = h.lead_id
WHERE (l.last_received_at, l.last_import_id) > (least(n.event_at, {modified_at}), {import_id})
   OR m.lead_id IS NOT NULL AND (
       {by_terms}
       OR (l.full_name IS NULL AND n.contact_name IS NOT NULL)
       OR (l.phones IS NULL AND n.phones IS NOT NULL)
       OR (l.emails IS NULL AND n.emails IS NOT NULL))
UNION
SELECT row_number, contact_number FROM in_file_links AS x
WHERE x.strong AND NOT EXISTS (
    SELECT FROM in_file AS r
    WHERE r.row_number = x.row_number AND r.contact_number = x.contact_number)
UNION
SELECT row_number, contact_number FROM alone AS a
WHERE EXISTS (SELECT FROM hits AS h
              WHERE h.row_number = a.row_number AND h.contact_number = a.contact_number)
   OR EXISTS (SELECT FROM holders AS h
              WHERE h.row_number = a.row_number AND h.contact_number = a.contact_number)
UNION
SELECT row_number, contact_number FROM hits
WHERE kind = 'phone' AND value IN (SELECT value FROM newly_shared)
UNION
SELECT row_number, contact_number FROM decided_contacts AS d
WHERE NOT EXISTS (SELECT FROM suppressed AS s
                  WHERE s.row_number = d.row_number AND s.contact_number = d.contact_number);
CREATE INDEX ON involved (row_number, contact_number)

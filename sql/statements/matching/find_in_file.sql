-- Contacts that plainly repeat an earlier one of the file: all keys that it shares are first of this
-- one, none leads to anybody else, and it says nothing that the lead lacks. All others that share a
-- key are looked at one by one. In two steps, because nothing tells the planner how many repeat.
CREATE TEMP TABLE repeats ON COMMIT DROP AS
SELECT * FROM (
    SELECT row_number, contact_number, min(first_row_number) AS first_row_number,
           min(first_contact_number) AS first_contact_number,
           (array_agg(kind ORDER BY kind, position))[1] AS matched_by,
           bool_or(kind = 'external_id') AS by_id
    FROM holders WHERE NOT weak
    GROUP BY 1, 2
    HAVING (min(first_row_number), min(first_contact_number))
         = (max(first_row_number), max(first_contact_number))) AS r
WHERE (row_number, contact_number) <> (first_row_number, first_contact_number)
  AND NOT {by_terms}
  AND NOT EXISTS (SELECT FROM in_file_links AS x WHERE x.strong
                  AND x.row_number = r.first_row_number AND x.contact_number = r.first_contact_number)
  AND NOT EXISTS (SELECT FROM alone AS x
                  WHERE x.row_number = r.row_number AND x.contact_number = r.contact_number)
  AND NOT EXISTS (SELECT FROM alone AS x WHERE x.row_number = r.first_row_number
                  AND x.contact_number = r.first_contact_number);
ANALYZE repeats;
CREATE TEMP TABLE in_file ON COMMIT DROP AS
SELECT r.row_number, r.contact_number, r.first_row_number, r.first_contact_number, r.matched_by
FROM repeats AS r
JOIN sharers AS n ON n.row_number = r.row_number AND n.contact_number = r.contact_number
JOIN sharers AS f
  ON f.row_number = r.first_row_number AND f.contact_number = r.first_contact_number
LEFT JOIN matches AS m ON m.row_number = r.first_row_number AND m.contact_number = r.first_contact_number
LEFT JOIN leads_master AS l ON l.lead_id = m.lead_id
LEFT JOIN (
    SELECT row_number, contact_number, min(lead_id) AS lead_id, max(lead_id) AS other_lead_id
    FROM hits WHERE owned AND NOT weak AND (row_number, contact_number) IN (
        SELECT row_number, contact_number FROM repeats)
    GROUP BY 1, 2) AS h ON h.row_number = r.row_number AND h.contact_number = r.contact_number
LEFT JOIN (
    SELECT DISTINCT row_number, contact_number
    FROM dnc_suppressions WHERE import_id = {import_id}) AS d
  ON d.row_number = r.first_row_number AND d.contact_number = r.first_contact_number
WHERE d.row_number IS NULL
  AND (h.lead_id IS NULL OR (h.lead_id = m.lead_id AND h.other_lead_id = m.lead_id))
  AND (m.lead_id IS NULL OR h.lead_id IS NOT NULL OR r.by_id)
  AND (n.contact_name IS NULL OR coalesce(l.full_name, f.contact_name) IS NOT NULL)
  AND (n.emails IS NULL OR CASE WHEN m.lead_id IS NULL THEN f.emails ELSE l.emails END IS NOT NULL)
  AND (n.phones IS NULL OR CASE WHEN m.lead_id IS NULL THEN f.phones ELSE l.phones END IS NOT NULL);
CREATE INDEX ON in_file (row_number, contact_number);
CREATE INDEX ON in_file (first_row_number, first_contact_number);
ANALYZE in_file

-- First contacts of the file that no channel is left for; what links others of the file to them goes.
CREATE TEMP TABLE suppressed ON COMMIT DROP AS
SELECT listed.row_number, listed.contact_number
FROM (SELECT row_number, contact_number, count(DISTINCT (channel, value)) AS channels
      FROM dnc_suppressions WHERE import_id = {import_id} GROUP BY 1, 2) AS listed
JOIN {normalized} AS n
  ON n.original_lead_id = listed.row_number AND n.contact_number = listed.contact_number
WHERE listed.channels >= coalesce(cardinality(n.phones), 0) + coalesce(cardinality(n.email_keys), 0)
  AND NOT EXISTS (SELECT FROM in_file WHERE in_file.row_number = listed.row_number
                  AND in_file.contact_number = listed.contact_number);
DELETE FROM in_file_links AS l USING suppressed AS s
WHERE (s.row_number, s.contact_number)
      IN ((l.row_number, l.contact_number), (l.other_row_number, l.other_contact_number))

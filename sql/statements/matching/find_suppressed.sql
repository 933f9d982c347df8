-- Contacts that no channel is left for: they take no part in matching, so that whoever else of the
-- file has one of their keys is looked at as if they were not there.
CREATE TEMP TABLE suppressed ON COMMIT DROP AS
SELECT listed.row_number, listed.contact_number
FROM (SELECT row_number, contact_number, count(DISTINCT (channel, value)) AS channels
      FROM dnc_suppressions WHERE import_id = {import_id} GROUP BY 1, 2) AS listed
JOIN {normalized} AS n
  ON n.original_lead_id = listed.row_number AND n.contact_number = listed.contact_number
WHERE listed.channels >= coalesce(cardinality(n.phones), 0) + coalesce(cardinality(n.email_keys), 0);
DELETE FROM shared_keys AS k USING suppressed AS s
WHERE k.row_number = s.row_number AND k.contact_number = s.contact_number

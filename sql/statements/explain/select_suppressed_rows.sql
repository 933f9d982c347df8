-- Rows of an import with somebody whom do-not-call left no channel, some of them, in the file's
-- order: those contacts are archived and are neither leads nor duplicates. Read only.
WITH suppressed AS (
    SELECT original_lead_id AS row_number, contact_number FROM {archived} AS a
    WHERE original_lead_id > %(after)s
      AND (original_lead_id <= %(upto)s OR %(upto)s::bigint IS NULL)
      AND NOT EXISTS (SELECT FROM leads_master AS l
                      WHERE l.import_id = %(import_id)s AND l.row_number = a.original_lead_id
                        AND l.contact_number = a.contact_number)
      AND NOT EXISTS (SELECT FROM duplicate_leads AS d
                      WHERE d.import_id = %(import_id)s AND d.row_number = a.original_lead_id
                        AND d.contact_number = a.contact_number))
SELECT suppressed.row_number, 'suppressed' AS code, string_agg(DISTINCT d.reason, '; ') AS reason
FROM suppressed LEFT JOIN dnc_suppressions AS d
  ON d.import_id = %(import_id)s AND d.row_number = suppressed.row_number
 AND d.contact_number = suppressed.contact_number
GROUP BY suppressed.row_number ORDER BY suppressed.row_number LIMIT %(most)s

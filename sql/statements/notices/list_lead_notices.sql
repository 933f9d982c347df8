-- What was told of new leads, the newest first: those that somebody has not read, or all. A lead that is gone (undone,
-- merged) is told no more. Read only.
SELECT n.lead_notice_id, n.lead_id, n.import_id, n.created_at, m.full_name, s.display_name AS source,
       s.source_type, m.supplier, r.read_at
FROM lead_notices AS n JOIN leads_master AS m USING (lead_id) JOIN source_names AS s USING (source_id)
LEFT JOIN lead_notice_reads AS r ON r.lead_notice_id = n.lead_notice_id AND r.reader = %(reader)s
WHERE (%(all)s OR r.read_at IS NULL) AND (%(before)s::bigint IS NULL OR n.lead_notice_id < %(before)s)
ORDER BY n.lead_notice_id DESC LIMIT %(most)s

-- How many leads are told that somebody has not read. Read only.
SELECT count(*) AS unread FROM lead_notices AS n JOIN leads_master USING (lead_id)
WHERE NOT EXISTS (SELECT FROM lead_notice_reads AS r
                  WHERE r.lead_notice_id = n.lead_notice_id AND r.reader = %(reader)s)

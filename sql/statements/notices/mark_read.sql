-- Somebody has read what was told of a lead; when they did first stands. Safe to run again.
INSERT INTO lead_notice_reads (lead_notice_id, reader, read_at)
SELECT lead_notice_id, %(reader)s, %(now)s FROM lead_notices WHERE lead_notice_id = %(lead_notice_id)s
ON CONFLICT DO NOTHING

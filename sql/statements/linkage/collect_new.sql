-- The next portion of leads that are new to a search, in the order of their numbers.
CREATE TEMP TABLE linkage_new ON COMMIT DROP AS
SELECT lead_id FROM leads_master
WHERE lead_id > %(after)s AND (updated_at >= %(since)s OR %(since)s::timestamptz IS NULL)
ORDER BY lead_id LIMIT %(most)s

-- Every source with its counts, the largest first. Read only.
SELECT source_id, display_name, source_type, total_leads_count, todays_leads_count, created_at
FROM sources ORDER BY total_leads_count DESC, display_name, source_type

-- How many leads there are in all, without counting them: what the imports founded, and the leads
-- that stayed when their import was taken back. LATERAL with OFFSET keeps the planner at one index
-- probe an undone import: a join would read all leads. Read only.
SELECT (SELECT coalesce(sum(contacts_new), 0) FROM lead_sources
        WHERE archived_at IS NOT NULL AND status <> 'undone')::bigint
     + (SELECT coalesce(sum(kept.leads), 0)
        FROM lead_sources AS i
        CROSS JOIN LATERAL (
            SELECT count(*) AS leads FROM leads_master AS l
            WHERE l.import_id = i.import_id OFFSET 0) AS kept
        WHERE i.archived_at IS NOT NULL AND i.status = 'undone')::bigint AS leads

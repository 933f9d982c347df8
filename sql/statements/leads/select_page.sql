-- The newest leads that fit, of all or of the newest ({among}). What is null asks for nothing: it is
-- gone before the planner chooses, as long as the statement is planned for its values. Read only.
WITH fitting AS {materialized} (
    SELECT lead_id FROM {among} AS l
    WHERE (%(before)s::bigint IS NULL OR lead_id < %(before)s)
      AND (%(leads)s::bigint[] IS NULL OR lead_id = ANY (%(leads)s))
      AND (%(name)s::text IS NULL OR name_words(full_name) @@ name_query(%(name)s))
      AND (%(sources)s::integer[] IS NULL OR source_id = ANY (%(sources)s))
      AND (%(supplier)s::text IS NULL OR supplier = %(supplier)s)
      AND (%(tag)s::text IS NULL OR tags @> ARRAY[%(tag)s])
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
      AND (%(callable)s::boolean IS NULL OR (suppressed_at IS NULL) = %(callable)s)
      AND (%(assigned_to)s::text IS NULL OR
           CASE %(assigned_to)s WHEN '' THEN assigned_to IS NULL ELSE assigned_to = %(assigned_to)s END))
SELECT l.lead_id, l.full_name, l.phones, l.emails, l.city, l.state, s.display_name AS source,
       s.source_type, l.supplier, l.tags, l.status, l.assigned_to, l.next_followup_at,
       l.total_attempts, l.is_qualified, l.received_at, l.last_received_at, l.suppressed_at
FROM (SELECT lead_id FROM fitting ORDER BY lead_id DESC LIMIT %(most)s) AS f
JOIN leads_master AS l USING (lead_id)
JOIN source_names AS s USING (source_id)
ORDER BY l.lead_id DESC

-- Every supplier: its terms of today, and what it has sent. What was undone does not count. Read only.
SELECT u.supplier, t.price AS cost_per_lead, t.lookback_days, coalesce(t.scope, 'everywhere') AS scope,
       u.review, u.currency, u.created_at, c.choices ->> 'region' AS region, s.*
FROM suppliers AS u
LEFT JOIN LATERAL terms_on(u.supplier, here(now())) AS t ON true
LEFT JOIN reading_choices AS c ON c.scope = 'supplier' AND c.name = u.supplier
CROSS JOIN LATERAL (
    SELECT count(*) AS imports, coalesce(sum(contacts_found), 0)::bigint AS contacts,
           coalesce(sum(contacts_new), 0)::bigint AS leads,
           coalesce(sum(contacts_updated), 0)::bigint AS updated,
           coalesce(sum(contacts_in_file + contacts_same_source + contacts_cross_source), 0)::bigint
               AS duplicates,
           coalesce(sum(contacts_suppressed), 0)::bigint AS suppressed,
           coalesce(sum(contacts_invalid), 0)::bigint AS invalid, max(archived_at) AS last_import_at
    FROM lead_sources AS s
    WHERE s.supplier = u.supplier AND s.archived_at IS NOT NULL AND s.status <> 'undone') AS s
ORDER BY u.supplier

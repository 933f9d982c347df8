-- Every supplier: its terms, and what it has sent. What was undone does not count. Read only.
SELECT u.supplier, u.cost_per_lead, u.lookback_days, u.scope, u.review, u.created_at,
       c.choices ->> 'region' AS region,
       count(s.import_id) AS imports, coalesce(sum(s.contacts_found), 0)::bigint AS contacts,
       coalesce(sum(s.contacts_new), 0)::bigint AS leads,
       coalesce(sum(s.contacts_updated), 0)::bigint AS updated,
       coalesce(sum(s.contacts_in_file + s.contacts_same_source + s.contacts_cross_source), 0)::bigint
           AS duplicates,
       coalesce(sum(s.contacts_suppressed), 0)::bigint AS suppressed,
       coalesce(sum(s.contacts_invalid), 0)::bigint AS invalid, max(s.archived_at) AS last_import_at
FROM suppliers AS u
LEFT JOIN lead_sources AS s
    ON s.supplier = u.supplier AND s.archived_at IS NOT NULL AND s.status <> 'undone'
LEFT JOIN reading_choices AS c ON c.scope = 'supplier' AND c.name = u.supplier
GROUP BY u.supplier, c.choices
ORDER BY u.supplier

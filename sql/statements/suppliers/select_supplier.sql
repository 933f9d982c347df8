-- One supplier and its terms of today. Read only.
SELECT u.supplier, t.price AS cost_per_lead, t.lookback_days, coalesce(t.scope, 'everywhere') AS scope,
       u.review, u.currency, u.created_at, c.choices ->> 'region' AS region
FROM suppliers AS u
LEFT JOIN LATERAL terms_on(u.supplier, here(now())) AS t ON true
LEFT JOIN reading_choices AS c ON c.scope = 'supplier' AND c.name = u.supplier
WHERE u.supplier = %(supplier)s

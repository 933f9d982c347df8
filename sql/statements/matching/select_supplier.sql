-- What is agreed with a supplier. Read only.
SELECT supplier, cost_per_lead, coalesce(lookback_days, 0) AS lookback_days, scope, created_at
FROM suppliers WHERE supplier = %(supplier)s
